// Each answer sounds and shakes differently: one high tone in, two middle ones already in, three low ones stop, a rising pair asks.
const SIGNALS = {
  in: { tones: [[880, 0, 0.14]], shake: [80] },
  again: { tones: [[520, 0, 0.12], [520, 0.18, 0.12]], shake: [80, 80, 80] },
  stop: { tones: [[200, 0, 0.18], [200, 0.24, 0.18], [200, 0.48, 0.24]], shake: [250, 100, 250] },
  ask: { tones: [[350, 0, 0.16], [470, 0.2, 0.2]], shake: [150, 80, 80] },
};
let audio = null;

// A browser lets a page sound only after the person has touched it.
for (const event of ["pointerdown", "keydown"]) {
  addEventListener(event, () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
  }, { capture: true });
}

export function signal(tone) {
  const { tones, shake } = SIGNALS[tone] ?? SIGNALS.stop;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(shake);
  if (audio?.state !== "running") return;
  for (const [pitch, after, length] of tones) {
    const start = audio.currentTime + after;
    const oscillator = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0.25 });
    volume.gain.setTargetAtTime(0, start + length - 0.03, 0.01); // no click at the end
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + length + 0.05);
  }
}
