// What the gate keeps over a reload, a crash and an empty battery: IndexedDB. No name, unit, phone or token lies here in clear:
// records are sealed by the server under keys that only the badges give, our own texts under a key that cannot be read out.
const NAME = "gate";
const SEQUENCE = { keyPath: "seq", autoIncrement: true };
const STORES = {
  meta: {}, // by name: me, settings (sealed), list, key
  entries: { keyPath: "k" },
  bundles: { keyPath: "k" },
  index: { keyPath: "k" },
  photos: { keyPath: "k" },
  queue: SEQUENCE, // what the server has not heard yet, in order
  done: SEQUENCE, // what it has answered, the last 200
  seen: { keyPath: "nonce" }, // who came by this gate, until a list tells it
};
let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) request.result.createObjectStore(name, options);
      request.transaction.objectStore("seen").createIndex("k", "k");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => close(); // another window deletes everything
      done(request.result);
    };
    request.onerror = () => { opened = null; fail(request.error); };
  });
  return opened;
}

async function close() {
  const database = await opened;
  opened = null;
  database?.close();
}

/** Do `work({name: store})` in one transaction that is on the disk when the promise comes true; gives what its request gave. */
export async function run(names, mode, work) {
  const database = await open();
  return new Promise((done, fail) => {
    const transaction = database.transaction(names, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    const given = work(stores);
    transaction.oncomplete = () => done(given instanceof IDBRequest ? given.result : given);
    transaction.onabort = () => fail(transaction.error ?? new Error("the browser kept nothing"));
  });
}

export const get = (name, key) => run([name], "readonly", (stores) => stores[name].get(key));
export const all = (name) => run([name], "readonly", (stores) => stores[name].getAll());
export const count = (name) => run([name], "readonly", (stores) => stores[name].count());
export const put = (name, value, key) => run([name], "readwrite", (stores) => stores[name].put(value, key));
export const remove = (name, key) => run([name], "readwrite", (stores) => stores[name].delete(key));
export const seenOf = (k) => run(["seen"], "readonly", (stores) => stores.seen.index("k").getAll(k));

/** Empty some stores at once. */
export function clear(...names) {
  return run(names, "readwrite", (stores) => names.forEach((name) => stores[name].clear()));
}

/** Delete the whole database. */
export async function wipe() {
  await clear(...Object.keys(STORES)).catch(() => {});
  await close();
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
}
