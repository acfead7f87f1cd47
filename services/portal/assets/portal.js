// What the pages do in the browser beyond htmx: a lost line is told, a moved figure is marked,
// lists go by keyboard, and a form is not sent twice by a double click.
"use strict";
(() => {
  const find = (selector, within = document) => within.querySelector(selector);

  const tellLine = (lost) => {
    const told = find("#line");
    if (told) told.hidden = !lost;
  };
  const on = (name, act) => document.addEventListener(name, act);
  on("htmx:sendError", () => tellLine(true));
  on("htmx:timeout", () => tellLine(true));
  on("htmx:responseError", () => tellLine(true));
  on("htmx:sseError", () => tellLine(true));
  on("htmx:sseOpen", () => tellLine(false));
  on("htmx:afterRequest", (event) => {
    if (event.detail.successful) tellLine(false);
  });

  on("change", (event) => {
    const told = event.target.dataset.files && find(`#${event.target.dataset.files}`);
    if (!told) return;
    const lines = [...event.target.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} · ${(file.size / 1048576).toFixed(1)} MB`;
      return line;
    });
    told.replaceChildren(...lines);
  });

  let before = new Map();
  const figures = () => document.querySelectorAll("[data-figure]");
  on("htmx:beforeSwap", () => {
    before = new Map([...figures()].map((shown) => [shown.dataset.figure, shown.textContent]));
  });
  on("htmx:afterSwap", () => {
    for (const shown of figures()) {
      const was = before.get(shown.dataset.figure);
      if (was !== undefined && was !== shown.textContent) {
        shown.classList.add("moved");
        shown.dataset.was = was;
      }
    }
  });

  on("submit", (event) => {
    const button = event.submitter;
    if (!button || event.target.method === "dialog") return;
    if (button.hasAttribute("aria-busy")) {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  const step = (by) => {
    const rows = [...document.querySelectorAll("tbody a[data-row]")];
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) next.focus();
  };
  const showKeys = () => find("#keys").showModal();
  const keys = {
    "/": () => find(".search input, .search select")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    p: () => window.print(),
    "?": showKeys,
  };
  on("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  on("click", (event) => {
    if (event.target.closest("[data-keys]")) showKeys();
    if (event.target.closest("[data-print]")) window.print();
  });
  find("#problem")?.focus();
})();
