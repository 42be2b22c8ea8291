// The bar: where we are, who is in, whether the network is there, what waits, how old the list is. Always in sight.
import { barred, clock, openingOf, say } from "./door-rules.js";
import { gate, now, operator, profile, sitting, state } from "./door-state.js";

const KINDS = { exit: "RA", handout: "PHÁT" };
const at = (id) => document.getElementById(id);

export function showStatus(network) {
  const here = sitting();
  const place = gate()?.name ?? state.me?.device?.name ?? "Cửa";
  at("door-title").textContent = [place, here?.name].filter(Boolean).join(" · ");
  at("door-title").title = [state.me?.congress?.title1, operator()].filter(Boolean).join(" · ");
  at("door-kind").hidden = !(state.settings.kind in KINDS);
  at("door-kind").textContent = KINDS[state.settings.kind] ?? "";
  showNetwork(network);
  showCounts();
  at("door-age").textContent = state.list ? `danh sách lúc ${clock(state.list.generated_at, now())}` : "chưa có danh sách";
  showNotice(here);
}

function showNetwork(network) {
  const words = network.forced ? "Không mạng (bật tay)" : network.reached ? "Có mạng" : "Mất mạng";
  at("door-net").dataset.state = network.online ? "online" : "offline";
  at("door-net").querySelector('[data-part="words"]').textContent = words;
  const waiting = state.queued ? `${state.queued} lượt chờ gửi` : "";
  at("door-queue").textContent = [waiting, state.rejected && `${state.rejected} lượt máy chủ không nhận`].filter(Boolean).join(" · ");
}

function showCounts() {
  const bar = at("door-count");
  bar.hidden = !state.counts || profile() === "kiosk";
  if (!state.counts) return;
  for (const name of ["inside", "expected", "walk_ins"]) bar.querySelector(`[data-count="${name}"]`).textContent = state.counts[name] ?? 0;
  bar.querySelector('[data-count="others"]').hidden = !state.counts.walk_ins;
}

/** Why the door is shut, or that the congress is cancelled; and that the clock of this machine is wrong. */
function showNotice(here) {
  const sentences = state.list?.sentences;
  const shut = here && barred(openingOf(here), now());
  const code = state.me?.congress?.cancelled || state.list?.cancelled ? "cancelled" : shut;
  const said = code && sentences ? say(sentences, code, { now: now(), opening: here && openingOf(here) }) : "";
  const text = here ? said : "Hội nghị chưa có buổi nào.";
  at("door-notice").textContent = text;
  at("door-notice").hidden = !text;
}

/** Somebody came or went (or, `back`, did not): the server's figure, else the last one moved by hand until it speaks. */
export function countHere({ result, kind, counts, back = false }) {
  if (!state.counts) return;
  if (counts) state.counts = { ...state.counts, ...counts };
  else if (result === "ok") state.counts.inside += (back ? -1 : 1) * ({ entry: 1, exit: -1 }[kind] ?? 0);
}
