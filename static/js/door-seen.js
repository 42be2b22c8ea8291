// Who came by this gate since its list was made. A list newer than a fact tells the fact itself, so it is forgotten then.
import { all, run, seenOf } from "./door-store.js";

const DOUBT_MS = 2000; // how far our idea of the server's clock may be wrong

/** Keep a fact: {nonce, k, sitting_id, kind, at, gate}; `told` is when the server learnt it, null while it waits. */
export function noteSeen(fact, told = null) {
  return run(["seen"], "readwrite", (stores) => stores.seen.put({ ...fact, told }));
}

/** A scan was taken back: what it said is no longer so, whether the list tells it or we did. */
export function noteAnnulled({ nonce, k, sitting_id, kind, at }, told = null) {
  return run(["seen"], "readwrite", (stores) => stores.seen.put({ nonce, k, sitting_id, kind: "annulled", of: kind, at, told }));
}

/** The server has these nonces since `moment`: lists made later tell them. */
export function markTold(stores, nonces, moment) {
  for (const nonce of nonces) {
    const request = stores.seen.get(nonce);
    request.onsuccess = () => request.result && stores.seen.put({ ...request.result, told: moment });
  }
}

/** Forget what a list made at `madeAt` tells by itself. */
export async function forgetTold(madeAt) {
  const old = (await all("seen")).filter((fact) => fact.told && Date.parse(fact.told) + DOUBT_MS < Date.parse(madeAt));
  if (old.length) await run(["seen"], "readwrite", (stores) => old.forEach((fact) => stores.seen.delete(fact.nonce)));
}

/** {first, left, given} of somebody at a sitting: the list's record, then what this gate saw since, in the order it happened. */
export async function factsOf(record, k, sittingId) {
  const listed = record?.in?.[sittingId] ?? null;
  const facts = {
    first: listed ? { at: listed.at, gate: listed.gate, device: listed.device } : null,
    left: listed?.left ?? null,
    given: record?.given?.[sittingId] ?? null,
  };
  const seen = (await seenOf(k)).filter((fact) => fact.sitting_id === sittingId);
  seen.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  for (const fact of seen) apply(facts, fact);
  return facts;
}

function apply(facts, { kind, of, at, gate }) {
  if (kind === "entry") {
    facts.first ??= { at, gate };
    facts.left = null;
  } else if (kind === "exit") facts.left ??= at;
  else if (kind === "handout") facts.given ??= { at, gate };
  else takeBack(facts, of, at);
}

function takeBack(facts, kind, at) {
  const same = (moment) => moment && Date.parse(moment) === Date.parse(at);
  if (kind === "entry" && same(facts.first?.at)) Object.assign(facts, { first: null, left: null });
  if (kind === "exit" && same(facts.left)) facts.left = null;
  if (kind === "handout" && same(facts.given?.at)) facts.given = null;
}
