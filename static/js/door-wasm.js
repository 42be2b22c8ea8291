// Reads a QR code in this page, without the network: zxing-cpp as WebAssembly, for browsers that cannot read one themselves.

const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true, tryInvert: false, textMode: "Plain" };

/**
 * The reader, compiled; null where the decoder is not installed (no addresses given) or does not start.
 * Both files come from the given addresses and from nowhere else.
 */
export async function wasmReader(moduleUrl, wasmUrl) {
  if (!moduleUrl || !wasmUrl) return null;
  try {
    const { default: zxing } = await import(moduleUrl);
    await zxing.prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
    return { read: (picture) => read(zxing, picture) };
  } catch (error) {
    console.info("door-wasm", String(error));
    return null;
  }
}

/** The text of the QR code in a picture (ImageData, or a file of an image), null when none is found. */
async function read(zxing, picture) {
  const [found] = await zxing.readBarcodes(picture, OPTIONS);
  return found?.isValid ? found.text : null;
}
