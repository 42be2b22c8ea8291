// <form data-give-photo>: the photo is given without leaving the page, where the other unmatched photos stand.
import { toast } from "./toast.js";

for (const form of document.querySelectorAll("[data-give-photo]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const said = await answer.json();
      toast(said.message, answer.ok ? "ok" : "error");
      if (answer.ok) form.closest("li").remove();
    } catch {
      toast("Không gửi được. Kiểm tra mạng rồi bấm lại.", "error");
    }
    button.disabled = false;
  });
}
