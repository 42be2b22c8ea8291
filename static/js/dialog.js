// <button data-dialog="id"> opens <dialog id="id">; .dialog-close or a click on the backdrop closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  else if (event.target.closest(".dialog-close") || event.target.matches("dialog.confirm")) event.target.closest("dialog").close();
});
// A dialog that holds a faulty form comes back open.
document.querySelector("dialog.confirm:has(.error-summary)")?.showModal();
