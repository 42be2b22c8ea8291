// The camera reads badges: with the browser's own reader where it knows QR codes, else frame by frame on the server.
const FRAME_MS = 250;
const FRAME_WIDTH = 640;
const PHOTO_WIDTH = 1600;
const FORGET_MS = 3000; // a badge still in the picture is not scanned again

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function jpegOf(source, width, height, widest) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, widest / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
}

export class Camera {
  /** `decode(jpeg)` asks the server; `onText` gets each text once while it stays in view. */
  constructor(frame, decode, onText) {
    Object.assign(this, { frame, decode, onText });
    this.video = frame.querySelector("video");
    this.stream = null;
    this.seen = { text: null, at: 0 };
  }

  /** Start, or say why not. */
  async start() {
    if (!navigator.mediaDevices?.getUserMedia) throw new Error("Trình duyệt chỉ mở camera ở địa chỉ https. Dùng nút Chụp ảnh mã.");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    } catch {
      throw new Error("Chưa mở được camera. Cho phép trang dùng camera, hoặc dùng nút Chụp ảnh mã.");
    }
    this.video.srcObject = this.stream;
    this.frame.hidden = false;
    await this.video.play();
    const reader = await ownReader();
    this.look(reader);
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.frame.hidden = true;
  }

  async look(reader) {
    while (this.stream) {
      if (!document.hidden && this.video.videoWidth) {
        const text = await this.read(reader).catch(() => null);
        if (text && this.stream) this.tell(text);
      }
      await new Promise((done) => setTimeout(done, FRAME_MS));
    }
  }

  async read(reader) {
    if (reader) return (await reader.detect(this.video))[0]?.rawValue ?? null;
    return this.decode(await jpegOf(this.video, this.video.videoWidth, this.video.videoHeight, FRAME_WIDTH));
  }

  tell(text) {
    const fresh = text !== this.seen.text || Date.now() - this.seen.at > FORGET_MS;
    this.seen = { text, at: Date.now() };
    if (fresh) this.onText(text);
  }

  /** Read a photo; null when there is no code in it. */
  async readPhoto(file) {
    const picture = await createImageBitmap(file);
    return this.decode(await jpegOf(picture, picture.width, picture.height, PHOTO_WIDTH));
  }
}
