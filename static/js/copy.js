// A button with data-copy="id" copies what stands in that field. Without script the field can be marked and copied by hand.
import { toast } from "./toast.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      toast("Đã chép.", "ok");
    } catch {
      toast("Trình duyệt không cho chép. Địa chỉ đã được chọn: bấm Ctrl+C.", "warn"); // over plain http
    }
  });
}
