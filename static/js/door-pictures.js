// The camera's button and the photo's: what they read goes the way of every scan.
import { Camera } from "./door-camera.js";
import { showTrouble } from "./door-show.js";

const at = (id) => document.getElementById(id);
const fault = at("door-camera-fault");

/** The camera of the page; `onText` gets what it reads. */
export function makeCamera(api, onText) {
  const { decoderModule: module, decoderWasm: wasm } = document.body.dataset;
  const onFault = (text) => { fault.textContent = text; };
  return new Camera(at("door-camera"), { api, decoder: module && wasm ? { module, wasm } : null, onText, onFault });
}

/** Wire the buttons; a camera that was on when a new version took over comes on again. */
export function initPictures(camera, onText) {
  async function toggle(on) {
    if (on) await camera.start().catch((error) => showTrouble("HỎI BÀN", error.message));
    else camera.stop();
    at("door-camera-button").querySelector("span").textContent = camera.stream ? "Tắt camera" : "Quét bằng camera";
    sessionStorage.setItem("camera", camera.stream ? "on" : "off");
  }

  async function readPhoto(input) {
    const text = await camera.readPhoto(input.files[0]).catch(() => null);
    input.value = "";
    if (text) onText(text);
    else showTrouble("CHƯA ĐỌC ĐƯỢC", fault.textContent || "Chụp lại gần hơn, đủ sáng, hoặc gõ số thẻ.");
  }

  at("door-camera-button").addEventListener("click", () => toggle(!camera.stream));
  at("door-photo").addEventListener("change", ({ target }) => target.files.length && readPhoto(target));
  if (sessionStorage.getItem("camera") === "on") toggle(true);
}
