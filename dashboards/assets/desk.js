/* A form that is filled in the page: keys, blocks from spreadsheets, rows to add, saving by itself. Without this the buttons do it all. */
(() => {
  "use strict";
  const PAUSE_MS = 1500; // after the last key
  const AGAIN_MS = 8000; // after a save that failed
  const form = () => document.getElementById("fill");
  const rows = () => [...form().querySelectorAll("tbody tr")];
  const fields = (row) => [...row.querySelectorAll("input")];
  const cell = (target) => target.closest && target.closest("#fill .gridf input");

  // ---------- moving ----------
  const at = (input) => {
    const row = input.closest("tr");
    return [rows().indexOf(row), fields(row).indexOf(input)];
  };
  const go = (row, column) => {
    const line = rows()[row];
    const there = line && fields(line)[column];
    if (!there) return false;
    there.focus();
    there.select();
    return true;
  };
  const edge = ({ selectionStart: from, selectionEnd: to, value }, step) => {
    const all = from === 0 && to === value.length;
    return all || (from === to && to === (step < 0 ? 0 : value.length));
  };
  document.addEventListener("keydown", (event) => {
    const input = cell(event.target);
    if (!input || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const [row, column] = at(input);
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [event.shiftKey ? -1 : 1, 0] };
    const move = moves[event.key];
    if (!move) return;
    if (move[1] && (event.shiftKey || !edge(input, move[1]))) return;
    event.preventDefault();
    if (!go(row + move[0], column + move[1]) && event.key === "Enter" && !event.shiftKey && add()) go(row + 1, column);
  });

  // ---------- rows ----------
  const add = () => {
    const all = rows();
    const last = all[all.length - 1];
    if (!last || !form().querySelector("[data-more]")) return false;
    const next = last.cloneNode(true);
    const number = all.length + 1;
    next.dataset.row = number;
    next.querySelector("th").textContent = number;
    for (const input of fields(next)) {
      input.value = "";
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(String(all.length), String(number)));
      input.id = input.id.replace(/^r\d+/, `r${number}`);
      input.removeAttribute("title");
      mark(input, null);
    }
    for (const box of next.querySelectorAll("td.given")) {
      box.textContent = "";
      box.id = box.id.replace(/^r\d+/, `r${number}`);
    }
    last.parentNode.append(next);
    return true;
  };

  // ---------- a block from a spreadsheet ----------
  const block = (text) => {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map((line) => line.split("\t").map((one) => one.trim()));
  };
  document.addEventListener("paste", (event) => {
    const input = cell(event.target);
    const text = input && event.clipboardData.getData("text/plain");
    if (!text || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    // Locked cells are counted as a workbook counts them, and passed over.
    const boxes = (line) => [...line.querySelectorAll("td")];
    const row = rows().indexOf(input.closest("tr"));
    const column = boxes(input.closest("tr")).indexOf(input.closest("td"));
    const cells = block(text);
    // A form of one row stands upright: a row of a spreadsheet goes down in it.
    const lines = cells.length === 1 && input.closest(".tall") ? cells[0].map((one) => [one]) : cells;
    lines.forEach((line, down) => {
      if (row + down >= rows().length && !add()) return;
      const there = boxes(rows()[row + down]);
      line.forEach((value, right) => {
        const field = there[column + right] && there[column + right].querySelector("input");
        if (field) field.value = value;
      });
    });
    changed();
  });

  // ---------- marks ----------
  const mark = (input, told) => {
    const box = input.parentNode;
    box.classList.remove("refused", "breach", "remark");
    if (!told) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      return;
    }
    box.classList.add(told[0]);
    input.setAttribute("aria-invalid", String(told[0] === "refused"));
    input.setAttribute("aria-describedby", told[1]);
  };
  const show = (answer) => {
    for (const input of form().querySelectorAll(".gridf input")) mark(input, answer.marks[input.id]);
    for (const box of form().querySelectorAll("td.given")) box.textContent = answer.given[box.id] || "";
    for (const box of form().querySelectorAll("tfoot .total [data-sum]")) box.textContent = answer.totals[box.dataset.sum] || "";
    window.dispatchEvent(new CustomEvent("zhijian:parts", { detail: answer.parts }));
  };

  // ---------- saving ----------
  let timer = 0;
  let state = "clean"; // clean, dirty, saving, torn
  let typedSince = false;
  const line = () => document.getElementById("saved");
  const say = (words, bad = false) => {
    const box = line();
    if (!box) return;
    box.textContent = words;
    box.classList.toggle("bad", bad);
  };
  const changed = () => {
    typedSince = true;
    if (state === "torn") return;
    if (state !== "saving") state = "dirty";
    say(line().dataset.changed);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  };
  const body = (over) => {
    const said = new URLSearchParams(new FormData(form()));
    said.set("script", "1");
    if (over) said.set("over", "1");
    return said;
  };
  const save = async (over = false) => {
    clearTimeout(timer);
    const here = form();
    if (!here || state === "saving" || (state === "torn" && over !== true)) return false;
    state = "saving";
    typedSince = false;
    say(line().dataset.saving);
    let answer = null;
    try {
      answer = await fetch("/do/save_draft", {
        method: "POST", body: body(over === true), headers: { Accept: "application/json" }, redirect: "manual",
      });
    } catch { /* no way to the server: said below */ }
    if (form() !== here) { state = "clean"; return false; }
    const told = answer && answer.headers.get("Content-Type") === "application/json" ? await answer.json() : null;
    if (answer && answer.ok && told) {
      here.elements.version.value = told.version;
      const undo = here.querySelector("[formaction='/do/undo_draft']");
      if (undo && told.before > 0) {
        undo.disabled = false;
        if (undo.nextElementSibling) undo.nextElementSibling.hidden = true;
      }
      show(told);
      state = typedSince ? "dirty" : "clean";
      say(line().dataset.saved.replace("{at}", told.at));
      if (typedSince) timer = setTimeout(save, PAUSE_MS);
      return true;
    }
    state = answer && answer.status === 409 ? "torn" : "dirty";
    const large = answer && answer.status === 413;
    say(told ? told.refused : large ? line().dataset.large : line().dataset.failed, true);
    if (state === "torn") choose();
    else if (!told && !large) timer = setTimeout(save, AGAIN_MS);
    return false;
  };
  const choose = () => {
    const offer = (words, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = words;
      button.addEventListener("click", act);
      line().append(button);
    };
    offer(line().dataset.mine, () => save(true));
    offer(line().dataset.theirs, () => { state = "clean"; location.reload(); });
  };

  document.addEventListener("input", (event) => {
    const here = form();
    if (!here || !here.contains(event.target)) return;
    const { why } = event.target.dataset;
    if (why) {
      const reason = here.querySelector(`#r${why}-explanation`);
      if (reason) reason.value = event.target.value;
    } else if (event.target.name === "c.explanation") {
      const box = here.querySelector(`[data-why="${event.target.closest("tr").dataset.row}"]`);
      if (box) box.value = event.target.value;
    }
    changed();
  });
  document.addEventListener("click", (event) => {
    if (!form() || !event.target.closest) return;
    if (event.target.closest("[data-more]") && add()) go(rows().length - 1, 0);
    const target = event.target.closest("#fill .msgs a[href^='#r']");
    const there = target && document.getElementById(target.getAttribute("href").slice(1));
    if (there) { event.preventDefault(); there.focus(); there.scrollIntoView({ block: "center", inline: "center" }); }
  });

  // ---------- leaving ----------
  // A button of the form posts everything that stands in it; a link waits for what is typed to be kept.
  document.addEventListener("submit", (event) => { if (event.target === form()) { state = "clean"; clearTimeout(timer); } });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='/']");
    if (!link || state !== "dirty" || !form()) return;
    event.preventDefault();
    event.stopPropagation();
    save().then((kept) => { if (kept) link.click(); });
  }, true);
  window.addEventListener("beforeunload", (event) => {
    if (form() && state !== "clean") event.preventDefault();
  });
  window.addEventListener("popstate", () => { if (state === "dirty") save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && state === "dirty") save(); });
})();

/* Long lists of boxes are narrowed as one types; a chart leaves as a picture. */
(() => {
  "use strict";
  const lines = () => { for (const one of document.querySelectorAll("[data-act=sift][hidden]")) one.hidden = false; };
  new MutationObserver(lines).observe(document.documentElement, { childList: true, subtree: true });
  lines();
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-act=sift]")) return;
    const words = event.target.value.trim().toLowerCase();
    for (const group of event.target.form.querySelectorAll("fieldset")) {
      let any = false;
      for (const label of group.querySelectorAll("label")) {
        const box = label.querySelector("input");
        const fits = !words || box.checked || `${label.textContent} ${box.value}`.toLowerCase().includes(words);
        label.hidden = !fits;
        any = any || fits;
      }
      group.hidden = !any;
    }
  });
})();
