// <form data-shrink-photos>: pictures straight from a camera are made as small as the list keeps them before they are sent, so
// that hundreds go at once. What this browser cannot read (a zip, some phones' HEIC) is sent as it is.
import { toast } from "./toast.js";

const [WIDTH, HEIGHT] = [450, 600];
const SMALL_BYTES = 120_000;
const MOST_BYTES = 24 * 1024 * 1024;

async function shrink(file) {
  if (file.size <= SMALL_BYTES || !file.type.startsWith("image/")) return file;
  try {
    const bitmap = await createImageBitmap(file); // upright already: browsers heed the camera's mark
    const scale = Math.min(1, Math.max(WIDTH / bitmap.width, HEIGHT / bitmap.height));
    const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.88 });
    return new File([blob], file.name, { type: "image/jpeg" });
  } catch {
    return file;
  }
}

for (const form of document.querySelectorAll("[data-shrink-photos]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const words = button.lastChild.textContent;
    const inputs = [...form.querySelectorAll("input[type=file]")];
    const count = inputs.reduce((sum, input) => sum + input.files.length, 0);
    let [done, bytes] = [0, 0];
    button.disabled = true;
    for (const input of inputs) {
      const small = new DataTransfer();
      for (const file of input.files) {
        const ready = await shrink(file);
        bytes += ready.size;
        small.items.add(ready);
        button.lastChild.textContent = `Đang thu nhỏ ${++done}/${count}`;
      }
      if (input.files.length) input.files = small.files;
    }
    button.disabled = false;
    button.lastChild.textContent = words;
    if (bytes > MOST_BYTES) toast("Các tệp này quá 25 MB. Chia làm nhiều lần rồi gửi.", "error");
    else form.submit();
  });
}
