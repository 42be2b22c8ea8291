// The desk: names are searched, here or on the server; somebody is ticked with a reason, let in, added; a badge is printed. The
// index of names opens with the desk card alone, lies open in this page's memory, and is shut by a reload, the lock or idleness.
import { get } from "./door-store.js";
import { canSeal, derive, fromBase64, newNonce, openRecord } from "./door-crypto.js";
import { ask, askReason, fillSelect } from "./door-dialogs.js";
import { enqueue } from "./door-queue.js";
import { isWellFormed } from "./door-rules.js";
import { now, operator, sitting, state } from "./door-state.js";
import { whereOf } from "./door-show.js";

const IDLE_MS = 15 * 60 * 1000;
const FOUND_AT_MOST = 20;
const DESK_CARD = "3";
const STATES = { proposed: "Chưa duyệt", reserve: "Dự bị", withdrawn: "Đã rút", approved: "" };
const COUNTED_APART = "Người này chưa được duyệt: cho vào, tính riêng ngoài danh sách.";
const WHY_TICK = ["Quên thẻ", "Mất thẻ", "Thẻ không đọc được"];
const WHY_LET_IN = ["Có giấy mời", "Lãnh đạo đoàn xác nhận"];
const UNAPPROVED = ["not_approved", "reserve"];
const WHY_OWNER = ["Đã xem giấy tờ tùy thân", "Trưởng đoàn xác nhận"];
const WHY_PRINT = ["Mất thẻ", "Thẻ hỏng", "Sai tên trên thẻ"];
const PRINT_MS = 20000;
const dotted = (...parts) => parts.filter(Boolean).join(" · ");
const at = (id) => document.getElementById(id);

/** Text as it is searched: lower case, no accents, đ as d; the twin of domain/names.py. */
export function fold(text) {
  const bare = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return bare.replace(/đ/g, "d").replace(/[’‘ʼ`´]/g, "'").replace(/\s+/g, " ").trim();
}

export const isDeskCard = (token) => token[0] === DESK_CARD && isWellFormed(token);

export class Desk {
  people = null; // the opened index
  touched = Date.now();

  /** `scan(asked, options)` sends, `onAnswer` shows, `onTrouble(word, text)` says what stands in the way, `onLock` drops names. */
  constructor(api, { scan, onAnswer, onTrouble, onLock }) {
    Object.assign(this, { api, scan, onAnswer, onTrouble, onLock });
    for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => { this.touched = Date.now(); }, { capture: true });
    const check = () => { if (this.people && Date.now() - this.touched >= IDLE_MS) this.lock(); };
    setInterval(check, 10000);
    document.addEventListener("visibilitychange", check);
    at("door-walk-in-button").addEventListener("click", () => this.addWalkIn());
    at("door-person").addEventListener("click", (event) => this.act(event.target.closest("[data-do]")?.dataset.do));
    this.show();
  }

  /** Open the index with a desk card: how many people are in it. What is wrong is said. */
  async unlock(token) {
    if (!canSeal || !state.list?.salt) return this.onTrouble("HỎI BÀN", "Máy này chưa tải danh sách. Nối mạng rồi quét lại thẻ bàn.");
    const { k, opener } = await derive(token, state.list);
    const sealed = await get("index", k);
    if (!sealed) return this.onTrouble("HỎI BÀN", "Thẻ bàn này không mở được danh sách: thẻ cũ, hoặc của hội nghị khác.");
    this.key = { k, opener };
    await this.reread();
    this.touched = Date.now();
    return this.people?.length;
  }

  /** The list came anew: read the names again with the key in memory. */
  async reread() {
    if (!this.key) return;
    const sealed = await get("index", this.key.k);
    const opened = sealed ? await openRecord(this.key.opener, sealed).catch(() => null) : null;
    if (opened) this.people = opened.people;
    else this.lock();
    this.show();
  }

  lock() {
    Object.assign(this, { people: null, key: null, person: null });
    this.show();
    this.onLock();
  }

  show() {
    at("door-lock").hidden = !this.people;
    at("door-index").hidden = !canSeal;
    const opened = `Tìm được tên khi mất mạng: ${this.people?.length} người.`;
    at("door-index").textContent = this.people ? opened : "Quét thẻ bàn để tìm được tên khi mất mạng.";
  }

  /** People by a name in any order of words, without accents, or by a badge number; throws ApiError. */
  async search(text) {
    if (!this.people) return (await this.api.post("/api/gate/search", { text }, { counts: true })).people;
    const words = fold(text).split(" ").filter(Boolean);
    const number = words.length === 1 && /^[0-9]{1,9}$/.test(words[0]) ? Number(words[0]) : null;
    const fits = (person) => (number === null ? words.every((word) => ` ${person.folded}`.includes(` ${word}`)) : person.number === number);
    return words.length ? this.people.filter(fits).slice(0, FOUND_AT_MOST) : [];
  }

  /** How to ask for a person by name: with the key of their record where the index is open. */
  askedFor({ id }) {
    const known = this.people?.find((person) => person.id === id);
    return { delegate_id: id, ...(known && { key: known.k, opener: fromBase64(known.key) }) };
  }

  /** Show somebody found, with what may be done. */
  openPerson(person) {
    this.person = person;
    const place = `/congress/${state.me.congress.id}/substitutions`;
    at("door-person-name").textContent = person.name;
    at("door-person-where").textContent = dotted(whereOf(person), person.group_label);
    at("door-person-state").textContent = dotted(`Số thẻ ${person.number}`, person.seat && `Ghế ${person.seat}`, STATES[person.state]);
    const words = person.state === "approved" ? "Điểm danh, ghi lý do" : "Cho vào, ghi lý do";
    at("door-person").querySelector('[data-do="tick"] span').textContent = words;
    at("door-person").querySelector('[data-do="tick"]').hidden = person.state === "withdrawn";
    at("door-person").querySelector('[data-do="substitute"]').href = `${place}/${person.id}`;
    ask("door-person");
  }

  async act(what) {
    if (what === "tick") await this.tick(this.person);
    if (what === "print") await this.print(this.person, "In lại thẻ");
  }

  async tick(person) {
    const approved = person.state === "approved";
    const reason = await askReason({
      title: person.name, text: approved ? "Điểm danh không có thẻ." : COUNTED_APART,
      yes: approved ? "Điểm danh" : "Cho vào", ready: approved ? WHY_TICK : WHY_LET_IN,
    });
    if (!reason) return;
    const asked = this.askedFor(person);
    const answer = await this.scan(asked, { reason });
    // Only what the rules refuse is let in by hand: of somebody who is in already, the same word would kill the badge.
    if (UNAPPROVED.includes(answer?.code)) await this.scan(asked, { reason, override: true });
  }

  /** Let in, with a reason, whom the rules would have sent away; or say that this is the badge's owner. */
  async decide(answer, owner) {
    const reason = await askReason({
      title: owner ? "Đúng chủ thẻ" : answer.delegate.name,
      text: owner ? "Cho vào, hủy thẻ đã dùng và cấp thẻ mới." : COUNTED_APART,
      yes: "Cho vào", ready: owner ? WHY_OWNER : WHY_LET_IN,
    });
    if (reason) this.scan(answer.attempt.asked, { override: true, reason, kind: answer.kind });
  }

  /** A fresh badge with a reason, or (`keep`) the live one once more. */
  async print(person, title, keep = false) {
    const text = `${person.name}: in thẻ mới, thẻ cũ hết hiệu lực ngay.`;
    const reason = keep ? null : await askReason({ title, text, yes: "In thẻ", ready: WHY_PRINT });
    if (!keep && !reason) return;
    try {
      const body = { nonce: newNonce(), ...(keep ? { keep } : { reason }) };
      const answer = await this.api.post(`/api/gate/badges/${person.id}`, body, { raw: true, timeout: PRINT_MS });
      const url = URL.createObjectURL(await answer.blob());
      setTimeout(() => URL.revokeObjectURL(url), 60000);
      if (!window.open(url)) Object.assign(document.createElement("a"), { href: url, download: "The.pdf" }).click();
    } catch (error) {
      this.onTrouble("CHƯA IN ĐƯỢC", error.status === 0 ? "Mất mạng: chưa in được thẻ. Thử lại khi có mạng." : error.message);
    }
  }

  /** Somebody who is not on the list; without network it waits, its words sealed. */
  async addWalkIn() {
    const form = at("door-walk-in").querySelector("form");
    form.reset();
    const components = (state.me.components ?? []).map(({ code, label }) => [code, label, false]);
    fillSelect(form.elements.component, [["", "Chọn thành phần", true], ...components]);
    const said = await ask("door-walk-in");
    if (!said) return;
    const nonce = newNonce();
    const body = { sitting_id: sitting()?.id ?? null };
    const answer = { nonce, attempt: { asked: {} }, kind: "entry", ...body, result: "ok", tone: "in", word: "VÀO", at: now(), offline: false };
    try {
      const told = await this.api.post("/api/gate/walk-ins", { nonce, ...body, ...said }, { counts: true });
      this.onAnswer({ ...answer, ...told, message: told.message_vi ?? told.message });
    } catch (error) {
      if (!error.passes || !canSeal) return this.onTrouble("CHƯA CHO VÀO", error.message);
      await enqueue("walk_in", nonce, { ...body, offline: true, happened_at: now() }, { ...said, operator: operator() });
      const message = "Đã ghi, chờ gửi khi có mạng. Tính riêng ngoài danh sách.";
      this.onAnswer({ ...answer, code: "let_in", delegate: { name: said.name, unit: said.unit_text }, offline: true, message });
    }
  }
}
