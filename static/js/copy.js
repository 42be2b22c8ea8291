// A button with data-copy="id" copies what stands in that field. Without script the field can be marked and copied by hand.
import { toast } from "./toast.js";

/** Show the buttons of a part of the page and let them copy. */
export function offerCopies(part) {
  for (const button of part.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        toast("Đã chép.", "ok");
      } catch {
        toast("Trình duyệt không cho chép. Đã chọn sẵn: bấm Ctrl+C.", "warn"); // over plain http
      }
    });
  }
}
offerCopies(document);
