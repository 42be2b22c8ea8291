// This machine as a device: who it is when the page opens, and how that ends.
import { codeInAddress, deleteEverything, pair, waitForServer } from "./door-pair.js";
import { keepMe, recall, state } from "./door-state.js";

const KNOWN_MS = 2500; // a door that knows itself does not wait longer for the network

/** Learn who we are: from the server, else as it was kept; pairing comes first where we are nobody. Never comes back when revoked. */
export async function identify(api, version) {
  const code = codeInAddress();
  await recall();
  if (code) await pair(api, version, code);
  for (;;) {
    try {
      await keepMe(await api.get("/api/devices/me", { counts: true, ...(state.me && { timeout: KNOWN_MS }) }));
      return;
    } catch (error) {
      if (error.status === 410) await new Promise(() => {}); // see `bow`
      if (error.status === 401) await pair(api, version, null);
      else if (state.me && (error.passes ?? false)) return;
      else if ("status" in error) await waitForServer(error);
      else throw error;
    }
  }
}

/** Give the machine back; the words of what stands in the way, or null. */
export async function giveBack(api) {
  if (state.queued) return `Còn ${state.queued} lượt chưa gửi. Nối mạng, đợi gửi xong rồi trả máy.`;
  try {
    await api.post("/api/devices/leave", {});
  } catch (error) {
    return error.status === 0 ? "Mất mạng: chưa trả được máy." : error.message;
  }
  await deleteEverything();
  location.assign("/gate");
  return null;
}
