// The form that asks for the admin token; it stays in this tab only, and goes with it.

import { el } from "./dom.js";

let open = null;

/** The token, once somebody has typed it. One form serves all who ask. */
export function login(wasWrong) {
  open ??= shown(wasWrong).finally(() => (open = null));
  return open;
}

function shown(wasWrong) {
  return new Promise((resolve) => {
    const input = el("input", { type: "password", id: "token", autocomplete: "off", required: true });
    const form = el(
      "form",
      { method: "dialog", class: "panel" },
      el("h2", { id: "login-title" }, "Admin token"),
      el("p", {}, "This server was started with --admin-token. The token is kept in this tab until it is closed."),
      wasWrong && el("p", { class: "problem", role: "alert" }, "The server does not take this token."),
      el("label", { for: "token" }, "Token"),
      input,
      el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, "Open")),
    );
    const dialog = el("dialog", { "aria-labelledby": "login-title", class: "login" }, form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("submit", () => {
      dialog.remove();
      resolve(input.value.trim());
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
