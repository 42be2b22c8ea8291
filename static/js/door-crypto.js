// A token's 64 derived bytes: the first half names a record, the second opens it. Only pages on https or localhost may do this.
import { get, put } from "./door-store.js";

const HALF = 32;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const canSeal = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/** Random hex, 128 bits; randomUUID is missing on plain http. */
export function newNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** {k, opener}: the name of a token's record and the bytes that open it. */
export async function derive(token, { salt, iterations }) {
  const secret = await crypto.subtle.importKey("raw", encoder.encode(token), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(salt), iterations };
  const bytes = new Uint8Array(await crypto.subtle.deriveBits(how, secret, 2 * HALF * 8));
  return { k: toBase64(bytes.subarray(0, HALF)), opener: bytes.subarray(HALF) };
}

/** The bytes of a sealed {n, d}; throws when the opener is another one's. */
export async function openBytes(opener, { n, d }, label = "") {
  const key = await crypto.subtle.importKey("raw", opener, "AES-GCM", false, ["decrypt"]);
  const how = { name: "AES-GCM", iv: fromBase64(n), ...(label && { additionalData: encoder.encode(label) }) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, fromBase64(d)));
}

/** The JSON of a sealed record, padded with blanks. */
export async function openRecord(opener, sealed) {
  return JSON.parse(decoder.decode(await openBytes(opener, sealed)));
}

/** The JPEG of a sealed photo: its length in four bytes, itself, zeros. */
export async function openPhoto(opener, sealed) {
  const bytes = await openBytes(opener, sealed, "photo");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return new Blob([bytes.subarray(4, 4 + length)], { type: "image/jpeg" });
}

let own = null;

/** The key of this browser for texts that people type; it can be used here and read out by nobody. */
function ownKey() {
  own ??= (async () => {
    const kept = await get("meta", "key");
    if (kept) return kept;
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await put("meta", key, "key");
    return key;
  })();
  return own;
}

/** Any value sealed with this browser's own key, as {n, d} of bytes. */
export async function sealOwn(value) {
  const n = crypto.getRandomValues(new Uint8Array(12));
  return { n, d: await crypto.subtle.encrypt({ name: "AES-GCM", iv: n }, await ownKey(), encoder.encode(JSON.stringify(value))) };
}

/** What was sealed with `sealOwn`. */
export async function openOwn({ n, d }) {
  return JSON.parse(decoder.decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: n }, await ownKey(), d)));
}
