// The camera reads badges: with the browser's own reader where it really knows QR codes, else frame by frame on the server, else,
// without network, with the decoder that came with the page.
const FRAME_MS = 250;
const FRAME_WIDTH = 640;
const PHOTO_WIDTH = 1600;
const FORGET_MS = 3000; // a badge still in the picture is not scanned again
const NO_DECODER = "Mất mạng, và máy chủ chưa cài bộ giải mã (zxing-wasm): camera chưa đọc được. Dùng máy quét cầm tay.";
// "GATE" as a QR code of version 1, level L: a browser that cannot read this cannot read badges, whatever it says.
const TEST_TEXT = "GATE";
const TEST_ROWS = [
  "1virv", "10ji1", "1emqt", "1eiit", "1ehat", "10ga1", "1vlbv", "6o0", "1rvm4", "22f", "1ut8g", "2120", "16oam", "6l7", "1vmn1",
  "10ntr", "1ekn5", "1eg26", "1el8h", "10l27", "1vkal",
];
const WIDTH = { ideal: 1280 };

function testPicture() {
  const scale = 8;
  const size = TEST_ROWS.length + 8;
  const canvas = Object.assign(document.createElement("canvas"), { width: size * scale, height: size * scale });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  TEST_ROWS.forEach((row, y) => [...parseInt(row, 32).toString(2).padStart(TEST_ROWS.length, "0")].forEach((bit, x) => {
    if (bit === "1") pen.fillRect((x + 4) * scale, (y + 4) * scale, scale, scale);
  }));
  return canvas;
}

/** The browser's own reader, proved on the test picture; null where there is none that works. */
async function ownReader() {
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const reader = new BarcodeDetector({ formats: ["qr_code"] });
    const [found] = await reader.detect(testPicture());
    return found?.rawValue === TEST_TEXT ? reader : null;
  } catch {
    return null;
  }
}

function draw(source, width, height, widest) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, widest / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const jpegOf = (canvas) => new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
const pixelsOf = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);

export class Camera {
  /** `decoder` is {module, wasm} or null; `onText` gets each text once while it stays in view, `onFault` why nothing is read. */
  constructor(frame, { api, decoder, onText, onFault }) {
    Object.assign(this, { frame, api, decoder, onText, onFault });
    this.video = frame.querySelector("video");
    this.facing = "environment"; // or "user": a tablet on the wall looks at who stands before it
    this.stream = null;
    this.seen = { text: null, at: 0 };
  }

  /** Start, or say why not. */
  async start() {
    if (this.stream) return;
    if (!navigator.mediaDevices?.getUserMedia) throw new Error("Trình duyệt chỉ mở camera ở địa chỉ https. Dùng nút Chụp ảnh mã.");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: this.facing, width: WIDTH }, audio: false });
    } catch {
      throw new Error("Chưa mở được camera. Cho phép trang dùng camera, hoặc quét cách khác.");
    }
    this.video.srcObject = this.stream;
    this.frame.hidden = false;
    await this.video.play();
    this.look();
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.frame.hidden = true;
    this.onFault("");
  }

  async look() {
    const { stream } = this;
    while (this.stream === stream && stream) {
      if (!document.hidden && this.video.videoWidth) {
        const text = await this.read(this.video, this.video.videoWidth, this.video.videoHeight, FRAME_WIDTH);
        if (text && this.stream) this.tell(text);
      }
      await new Promise((done) => setTimeout(done, FRAME_MS));
    }
  }

  /** The text of the code in a picture, by the first way there is; null when there is none in it. */
  async read(source, width, height, widest) {
    this.own ??= ownReader();
    const own = await this.own;
    try {
      if (own) return (await own.detect(source))[0]?.rawValue ?? null;
      const canvas = draw(source, width, height, widest);
      if (this.api.network.reached) {
        this.onFault("");
        return (await this.api.post("/api/gate/frame", await jpegOf(canvas), { counts: true })).text;
      }
      return await this.readHere(canvas);
    } catch {
      return null; // the next frame tries again
    }
  }

  /** Without network: the decoder is fetched from what the page has kept, once. */
  async readHere(canvas) {
    const load = async ({ module, wasm }) => (await import("./door-wasm.js")).wasmReader(module, wasm);
    this.wasm ??= this.decoder ? load(this.decoder).catch(() => null) : null;
    const reader = await this.wasm;
    this.onFault(reader ? "" : NO_DECODER);
    return reader ? reader.read(pixelsOf(canvas)) : null;
  }

  tell(text) {
    const fresh = text !== this.seen.text || Date.now() - this.seen.at > FORGET_MS;
    this.seen = { text, at: Date.now() };
    if (fresh) this.onText(text);
  }

  /** Read a photo; null when there is no code in it. */
  async readPhoto(file) {
    const picture = await createImageBitmap(file);
    return this.read(picture, picture.width, picture.height, PHOTO_WIDTH);
  }
}
