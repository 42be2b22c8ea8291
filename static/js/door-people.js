// The supervisor's page: when a figure changes, the live part is fetched again.
import "./app.js";
import { watchCounts } from "./live-counts.js";

const live = document.getElementById("live");

watchCounts(live.dataset.counts, async (_counts, first) => {
  if (first || live.contains(document.activeElement)) return; // the page is fresh, or somebody is about to press a button in it
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  live.replaceChildren(...page.getElementById("live").childNodes);
});
