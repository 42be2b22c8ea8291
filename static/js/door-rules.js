// The rules of the door in JavaScript: the twin of congress/domain/door.py. Nothing here touches the page, the clock or the
// network; tests/data/door-vectors.json holds both to the same answers. Times are ISO texts, `now` and `moment` too.
const TOKEN = /^[1-4][0-9]{22}$/;
const BADGE = "1";
const VIETNAM_MS = 7 * 3600 * 1000; // no summer time since 1979
const OPENS_BEFORE_MS = 90 * 60 * 1000;
const STAYS_OPEN_MS = 4 * 3600 * 1000;

/** Whether length, kind and check digits (ISO 7064 mod 97-10) are right. */
export function isWellFormed(token) {
  if (!TOKEN.test(token)) return false;
  let rest = 0;
  for (const digit of token) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** Why a text cannot be a badge's token ("malformed", "wrong_kind"), or null. */
export function misread(token) {
  if (!isWellFormed(token)) return "malformed";
  return token[0] === BADGE ? null : "wrong_kind";
}

/** From when to when a sitting's check-in is open, in milliseconds; null where there is no end. */
export function windowOf(opening) {
  const start = opening.starts_at ? Date.parse(opening.starts_at) : null;
  const set = (given, otherwise) => (given ? Date.parse(given) : start === null ? null : otherwise);
  return { opens: set(opening.opens_at, start - OPENS_BEFORE_MS), closes: set(opening.closes_at, start + STAYS_OPEN_MS) };
}

/** Why nobody comes in at a moment ("not_yet", "over", "closed_by_hand"), or null while it is open; the last moment is within. */
export function barred(opening, moment) {
  const at = Date.parse(moment);
  const byHand = opening.by_hand ?? null;
  if (byHand !== null && (!opening.by_hand_at || at >= Date.parse(opening.by_hand_at))) return byHand ? null : "closed_by_hand";
  const { opens, closes } = windowOf(opening);
  if (opens === null || at < opens) return "not_yet";
  return closes !== null && at > closes ? "over" : null;
}

/** What the door answers about somebody it found: {result, code}; `shut` is what `barred` gave, kind entry, exit or handout. */
export function judge(found, { kind = "entry", cancelled, barred: shut, reentry = true }) {
  const refused = (code) => ({ result: "refused", code });
  if (found.successor) return refused("replaced");
  if (found.revoked) return refused("badge_revoked");
  if (found.state === "withdrawn") return refused("withdrawn");
  if (found.state !== "approved" && !found.first) return refused(found.state === "reserve" ? "reserve" : "not_approved");
  if (!found.here) return refused("other_congress");
  if (cancelled) return refused("cancelled");
  if (shut && kind === "entry") return refused(shut); // a closed door still lets people out, and a desk still hands out
  return byKind(found, kind, reentry);
}

function byKind(found, kind, reentry) {
  const [ok, again] = [(code) => ({ result: "ok", code }), (code) => ({ result: "again", code })];
  if (kind === "exit") return found.left ? again("already_out") : ok("out");
  if (kind === "handout") return found.given ? again("already_given") : ok("given");
  if (!found.first) return ok("in");
  if (!found.left) return again("already_in");
  return reentry ? ok("back") : { result: "refused", code: "no_reentry" };
}

/** The sentence of a code out of `sentences` ({code: text with {places}}), times as Vietnam's clock shows them. */
export function say(sentences, code, { now, first = null, left = null, opening = null, successor = null, listed = null }) {
  const { opens = null, closes = null } = opening ? windowOf(opening) : {};
  const gate = first?.gate ? `, ${first.gate}` : "";
  const places = {
    first: first ? `${clock(first.at, now)}${gate}` : "",
    left: left ? clock(left, now) : "",
    opens: opens === null ? "" : ` (mở lúc ${clock(opens, now)})`,
    closes: closes === null ? "" : ` lúc ${clock(closes, now)}`,
    name: successor?.name ?? "",
    number: successor?.number ?? "",
    listed: listed ? clock(listed, now) : "",
  };
  return (sentences[code] ?? "Gửi bàn hỗ trợ.").replace(/\{(\w+)\}/g, (_whole, place) => places[place]);
}

/** hh:mm in Vietnam, with the date when it is another day than `now`. */
export function clock(moment, now) {
  const [then, today] = [inVietnam(moment), inVietnam(now)];
  const [date, time] = then.split("T");
  const day = date === today.slice(0, 10) ? "" : ` ngày ${date.split("-").reverse().join("/")}`;
  return time.slice(0, 5) + day;
}

/** "2025-05-20T07:41:00.000Z" as Vietnam's clock shows it. */
export function inVietnam(moment) {
  return new Date(new Date(moment).getTime() + VIETNAM_MS).toISOString();
}

/** The opening of a sitting as the server sends it. */
export function openingOf({ starts_at, opens_at, closes_at, opened_by_hand, opened_by_hand_at }) {
  return { starts_at, opens_at, closes_at, by_hand: opened_by_hand, by_hand_at: opened_by_hand_at };
}

/** The sitting a door most likely means: one that is open (the main one first), else the main one, else the first. */
export function chooseSitting(sittings, now) {
  const rank = (sitting) => [barred(openingOf(sitting), now) !== null, sitting.kind !== "main", sitting.id].map(Number);
  return [...sittings].sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  })[0] ?? null;
}
