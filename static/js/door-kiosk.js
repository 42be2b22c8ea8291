// The kiosk: people show their own badge or phone. No names to search, no last scans, no settings; the answer leaves by itself, and
// the only way out is the supervisor's page, which takes the device back.
const CLEAR_MS = 4000;
const AGAIN_MS = 15000;
const NOT_HERE = [
  "door-kinds", "door-typing", "door-desk-tools", "door-last", "door-last-more", "door-settings-button", "door-camera-button",
  "door-photo-button", "door-photo",
];
export const GREETING = "Đưa mã trên thẻ hoặc điện thoại vào khung";

export class Kiosk {
  /** `clear()` shows the greeting again. */
  constructor(camera, clear) {
    Object.assign(this, { camera, clear });
    document.body.dataset.profile = "kiosk";
    camera.facing = "user";
    for (const id of NOT_HERE) document.getElementById(id).hidden = true;
    addEventListener("pointerdown", () => this.fill());
    addEventListener("contextmenu", (event) => event.preventDefault());
    this.keepCamera();
    setInterval(() => this.keepCamera(), AGAIN_MS);
  }

  /** The camera runs by itself, and comes back when it was taken away. */
  async keepCamera() {
    const live = this.camera.stream?.getVideoTracks().some((track) => track.readyState === "live");
    if (live || document.hidden) return;
    if (this.camera.stream) this.camera.stop();
    await this.camera.start().catch((error) => this.camera.onFault(error.message));
  }

  /** A browser fills the screen only when somebody touches it. */
  fill() {
    if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch(() => {});
  }

  /** An answer was shown: let it go after four seconds. */
  answered() {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.clear, CLEAR_MS);
  }
}
