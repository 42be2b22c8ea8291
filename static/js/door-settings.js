// Who stands here, at which gate, for which sitting, with or without the network; and giving the machine back.
import { ask, closeDialogs, fillSelect } from "./door-dialogs.js";
import { clock } from "./door-rules.js";
import { gate, keepSettings, now, operator, sittings, state } from "./door-state.js";

const PROFILES = { gate: "cửa", desk: "bàn hỗ trợ", kiosk: "tự điểm danh" };
const at = (id) => document.getElementById(id);

function fill() {
  const { me, settings, list } = state;
  const form = at("door-settings").querySelector("form");
  at("door-about").textContent = `${me.congress.title1} · máy “${me.device.name}” (${PROFILES[me.device.profile]})`;
  form.elements.operator.value = operator();
  const choices = (none, all, chosen) => [["", none, !chosen], ...all.map(({ id, name }) => [id, name, id === chosen])];
  fillSelect(form.elements.gate_id, choices("Chưa chọn cửa", me.gates, gate()?.id));
  fillSelect(form.elements.sitting_id, choices("Tự chọn theo giờ", sittings(), settings.sitting_id));
  form.elements.forced.checked = settings.forced;
  at("door-carries").textContent = list
    ? `Trong máy: ${state.entries} thẻ, danh sách lúc ${clock(list.generated_at, now())}, tự xóa lúc ${clock(list.expires_at, now())}.`
    : "Trong máy chưa có danh sách: mất mạng thì chưa quét được.";
  at("door-leave-fault").textContent = "";
}

/** Wire the dialog; `onChange` is called when something was set, `refresh()` fetches the list, `leave()` gives the machine back. */
export function initSettings({ onChange, refresh, leave }) {
  at("door-settings-button").addEventListener("click", async () => {
    fill();
    const said = await ask("door-settings");
    if (!said) return;
    const gateId = Number(said.gate_id);
    const move = { operator: said.operator.trim(), ...(gateId && { gate_id: gateId }) };
    await keepSettings({ move, sitting_id: Number(said.sitting_id) || null, forced: "forced" in said });
    onChange();
  });
  at("door-refresh").addEventListener("click", async () => {
    at("door-leave-fault").textContent = await refresh().then(() => "", (error) => error.message);
    const fault = at("door-leave-fault").textContent;
    fill();
    at("door-leave-fault").textContent = fault;
  });
  at("door-leave").addEventListener("click", async () => {
    const fault = await leave();
    at("door-leave-fault").textContent = fault ?? "";
    if (!fault) closeDialogs();
  });
}
