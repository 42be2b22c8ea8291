// What a scan does: ask the server, and where it does not answer in time judge by the list in this device. Whatever was decided
// here is on the disk before it is shown. Of a token only its derived name is ever kept.
import { get } from "./door-store.js";
import { canSeal, derive, newNonce, openPhoto, openRecord } from "./door-crypto.js";
import { enqueue, keepAnswered } from "./door-queue.js";
import { barred, judge, misread, openingOf, say } from "./door-rules.js";
import { factsOf, noteSeen } from "./door-seen.js";
import { gate, now, operator, sitting, sittings, state } from "./door-state.js";

const ANSWER_MS = 2500;
const TONES = { ok: "in", again: "again", refused: "stop", unknown: "stop", invalid: "stop" };
const WORDS = { ok: "VÀO", again: "ĐÃ VÀO", refused: "DỪNG", unknown: "DỪNG", invalid: "DỪNG" };
const WORDS_OF_CODE = {
  out: "RA", already_out: "ĐÃ RA", given: "PHÁT", already_given: "ĐÃ PHÁT",
  not_listed: "HỎI BÀN", needs_network: "HỎI BÀN", no_list: "HỎI BÀN",
};
const ASKS = new Set(["not_listed", "needs_network", "no_list"]);
// Words of the page itself, for what no list can tell.
const OWN_SENTENCES = {
  no_list: "Mất mạng, mà máy này chưa tải danh sách. Gửi sang bàn hỗ trợ.",
  not_listed: "Chưa có trong danh sách tải lúc {listed}. Gửi sang bàn hỗ trợ.",
  needs_network: "Mất mạng: không tìm được theo số thẻ. Quét mã trên thẻ, hoặc gửi bàn hỗ trợ.",
  malformed: "Không đọc được mã. Quét lại, hoặc gõ số thẻ.",
  let_in_here: "Đã cho vào khi mất mạng. Lượt này sẽ được xem lại.",
};

export const flight = { count: 0, last: 0 };

/** One thing held to the door; `asked` is {token} | {key, opener?} | {number} | {delegate_id, key?, opener?}. */
export function makeAttempt(asked, { kind = state.settings.kind, override = false, reason = "" } = {}) {
  return {
    asked, reason, nonce: newNonce(),
    body: { sitting_id: sitting()?.id ?? null, gate_id: gate()?.id ?? null, kind, happened_at: now(), override },
  };
}

function wire({ asked: { token, key, number, delegate_id }, nonce, body, reason }) {
  const what = token ? { token } : delegate_id ? { delegate_id } : number ? { number } : { key };
  return { nonce, ...what, ...body, offline: false, operator: operator(), ...(reason && { reason }) };
}

/** The answer to one or several attempts, in order. */
export async function send(api, attempts) {
  flight.count += 1;
  try {
    if (api.network.online || !canSeal) {
      try {
        const answers = await api.post("/api/gate/scans", attempts.map(wire), { timeout: ANSWER_MS + 20 * attempts.length, counts: true });
        return await Promise.all(attempts.map((attempt, place) => heard(attempt, answers[place])));
      } catch (error) {
        if (!error.passes || !canSeal) throw error;
      }
    }
    const decided = [];
    for (const attempt of attempts) decided.push(await decide(attempt));
    return decided;
  } finally {
    flight.count -= 1;
    flight.last = Date.now();
  }
}

/** An answer as it is shown: the server's or ours. */
function shape(attempt, { result, code, message, at, delegate = null, first = null, counts = null, photo = null }, offline) {
  const ask = ASKS.has(code);
  return {
    nonce: attempt.nonce, attempt, kind: attempt.body.kind, sitting_id: attempt.body.sitting_id, result, code, message, at, delegate,
    first, counts, photo, offline, tone: ask ? "ask" : TONES[result] ?? "stop", word: WORDS_OF_CODE[code] ?? WORDS[result] ?? "DỪNG",
  };
}

async function heard(attempt, answer) {
  const shaped = shape(attempt, { ...answer, message: answer.message_vi ?? answer.message }, false);
  if (canSeal && answer.result !== "invalid") remember(attempt, answer).catch(() => {}); // shown without waiting for the disk
  return shaped;
}

/** Keep who came, so that the next scan is judged rightly without network, and the scan itself to offer again. */
async function remember(attempt, answer) {
  const { sitting_id, kind } = attempt.body;
  const { token, key, number, delegate_id } = attempt.asked;
  const k = answer.delegate?.key ?? key ?? (token && state.list ? (await derive(token, state.list)).k : null);
  const fact = { nonce: attempt.nonce, k, sitting_id, kind, at: answer.at, gate: gate()?.name ?? "" };
  if (k && answer.result === "ok" && kind !== "print") await noteSeen(fact, now());
  const came = answer.code === "already_in" ? answer.first : null;
  if (k && came) await noteSeen({ ...fact, kind: "entry", at: came.at, gate: came.gate }, now());
  const what = delegate_id ? { delegate_id } : number ? { number } : k ? { key: k } : null;
  if (!what) return;
  const body = { ...what, ...attempt.body, offline: true, shown: answer.result, override: attempt.body.override && answer.result === "ok" };
  await keepAnswered("scan", attempt.nonce, body, { operator: operator(), reason: attempt.reason });
}

function ourSentences() {
  return { ...OWN_SENTENCES, ...state.list?.sentences, not_listed: OWN_SENTENCES.not_listed };
}

/** {k, opener, record} of what was asked; `record` is null where the list has none that this opens. */
export async function find(asked) {
  const { k, opener = null } = asked.token ? await derive(asked.token, state.list) : { k: asked.key, opener: asked.opener };
  const sealed = opener && k ? await get("entries", k) : null;
  return { k, opener, record: sealed ? await openRecord(opener, sealed) : null };
}

/** Judge by the list in this device, keep the scan, and give the answer. */
async function decide(attempt) {
  const { asked, body } = attempt;
  const plain = (result, code, more = {}) => {
    const message = say(ourSentences(), code, { now: now(), listed: state.list?.generated_at, ...more });
    return shape(attempt, { result, code, at: body.happened_at, message, ...more }, true);
  };
  if (!state.list?.salt || !body.sitting_id) return plain("unknown", "no_list");
  if (asked.number && !asked.delegate_id) return plain("unknown", "needs_network");
  const found = await find(asked);
  const verdict = found.record ? await weigh(found, body) : await weighUnlisted(found.k, asked, body);
  const answer = override(attempt, verdict);
  const { sitting_id, kind, happened_at: moment } = body;
  const fact = { nonce: attempt.nonce, k: found.k, sitting_id, kind, at: moment, gate: gate()?.name ?? "" };
  const what = asked.delegate_id ? { delegate_id: asked.delegate_id } : { key: found.k };
  await enqueue("scan", attempt.nonce, { ...what, ...body, offline: true, shown: answer.shown },
    { operator: operator(), reason: attempt.reason }, found.k && answer.result === "ok" ? fact : null);
  return plain(answer.result, answer.code, { ...verdict.facts, delegate: personOf(found), photo: await photoOf(found) });
}

async function weigh({ k, record }, { sitting_id, kind }) {
  const facts = await factsOf(record, k, sitting_id);
  const here = sittings().find((each) => each.id === sitting_id) ?? sitting();
  const opening = openingOf(here);
  const found = { revoked: record.revoked, state: record.state, here: true, successor: record.replaced, ...facts };
  const cancelled = state.list.cancelled || Boolean(state.me?.congress.cancelled);
  const verdict = judge(found, { kind, cancelled, barred: barred(opening, now()), reentry: here.reentry });
  const first = kind === "handout" ? facts.given : facts.first;
  return { ...verdict, facts: { opening, successor: record.replaced, left: facts.left, first: verdict.result === "again" ? first : null } };
}

/** A badge the list does not have: unknown, unless this gate has let its holder in already. */
async function weighUnlisted(k, { token }, { sitting_id, kind }) {
  const facts = k && kind === "entry" ? await factsOf(null, k, sitting_id) : {};
  if (facts.first && !facts.left) return { result: "again", code: "already_in", facts: { first: facts.first } };
  return { result: "unknown", code: (token && misread(token)) || "not_listed" };
}

/** What somebody decided by hand: "Cho vào" for a badge the list does not have yet, or a desk with a reason. */
function override({ body, reason }, { result, code }) {
  const shown = result;
  if (!body.override) return { result, code, shown };
  if (code === "not_listed") return { result: "ok", code: "let_in_here", shown };
  const decided = { not_approved: "let_in", reserve: "let_in", already_in: "owner" }[code];
  return decided && reason ? { result: "ok", code: decided, shown: "ok" } : { result, code, shown };
}

function personOf({ k, record }) {
  if (!record) return null;
  return { ...record, key: k, photo_v: record.photo, members: null, bundle: record.bundle };
}

async function photoOf({ k, opener, record }) {
  if (!record?.photo) return null;
  const sealed = await get("photos", k);
  return sealed ? openPhoto(opener, sealed).catch(() => null) : null;
}

/** The delegation of its head as [{key, opener, number, name, inside}]: by the list where it opens, else as the server told. */
export async function membersOf(answer) {
  const told = answer.delegate?.members ?? [];
  if (!canSeal || !state.list?.salt || !(answer.attempt.asked.token || answer.attempt.asked.opener)) return told;
  const { record } = await find(answer.attempt.asked).catch(() => ({}));
  const sealed = record?.bundle ? await get("bundles", record.bundle.k) : null;
  if (!sealed) return told;
  const { members } = await openRecord(bytesOf(record.bundle.key), sealed);
  const inside = new Map(told.map((member) => [member.key, member.inside]));
  const opened = await Promise.all(members.map(async ({ k, key }) => {
    const member = await find({ key: k, opener: bytesOf(key) });
    if (!member.record) return null;
    const facts = await factsOf(member.record, k, answer.sitting_id);
    const { number, name } = member.record;
    return { key: k, opener: member.opener, number, name, inside: inside.get(k) ?? Boolean(facts.first && !facts.left) };
  }));
  return opened.filter(Boolean);
}

const bytesOf = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
