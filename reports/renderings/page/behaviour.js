"use strict";
(() => {
  const ON_PAPER = "details.bad, details.bad article > .exchange, details.bad .before, details.bad .before > .exchange:nth-last-of-type(-n+2)";
  const form = document.getElementById("filter");
  const rows = [...document.querySelectorAll("details.requirement")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const status = form.querySelector("[role=status]");
  const apply = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = new Set([...form.querySelectorAll("[name=verdict]:checked")].map((box) => box.value));
    let shown = 0;
    for (const row of rows) {
      row.hidden = !chosen.has(row.dataset.verdict) || !words.every((word) => texts.get(row).includes(word));
      shown += row.hidden ? 0 : 1;
    }
    for (const section of document.querySelectorAll("main section:has(details.requirement)")) {
      const own = [...section.querySelectorAll("details.requirement")];
      section.hidden = own.every((row) => row.hidden);
    }
    status.textContent = `${shown} of ${rows.length} requirements shown`;
  };
  const open = () => {
    const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named && named.matches("details")) { named.hidden = false; named.open = true; named.scrollIntoView(); }
  };
  const copy = async (button) => {
    const text = button.parentElement.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => document.querySelectorAll(ON_PAPER).forEach((one) => { one.open = true; }));
  apply();
  open();
})();
