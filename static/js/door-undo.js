// Taking a scan back by its nonce: at once where the server has it, else behind it in the queue.
import { canSeal } from "./door-crypto.js";
import { enqueue, keepAnswered, waits } from "./door-queue.js";
import { noteAnnulled } from "./door-seen.js";
import { now, nowMs, operator } from "./door-state.js";

const WITHIN_MS = 15 * 60 * 1000;
const TOO_LATE = "Đã quá 15 phút. Nhờ người phụ trách cửa hoàn tác.";

/** Take back {nonce, k, kind, sitting_id, at}: {done, message, counts?}. */
export async function takeBack(api, scanned) {
  const body = { happened_at: now() };
  const path = `/api/gate/scans/${scanned.nonce}/annul`;
  const queued = canSeal && await waits(scanned.nonce);
  if (!queued && (api.network.online || !canSeal)) {
    try {
      const { message_vi, counts } = await api.post(path, body, { counts: true });
      if (canSeal) await keepTakenBack(scanned, body);
      return { done: true, message: message_vi, counts };
    } catch (error) {
      if (!error.passes || !canSeal) return { done: false, message: error.message };
    }
  }
  if (nowMs() - Date.parse(scanned.at) > WITHIN_MS) return { done: false, message: TOO_LATE };
  await enqueue("annul", scanned.nonce, body, { operator: operator() });
  if (scanned.k) await noteAnnulled(factOf(scanned));
  return { done: true, message: "Đã hoàn tác trong máy, chờ gửi khi có mạng." };
}

// Under a name of its own: the fact of the scan itself stands beside it.
const factOf = ({ nonce, ...scanned }) => ({ ...scanned, nonce: `${nonce}/annul` });

async function keepTakenBack(scanned, body) {
  if (scanned.k) await noteAnnulled(factOf(scanned), now());
  await keepAnswered("annul", scanned.nonce, body, {});
}
