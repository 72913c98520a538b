/* What the page needs beyond its elements: drawing them, links without reloading, title and theme after them, a few keys. */
(() => {
  "use strict";
  const root = document.documentElement;
  const seen = (selector) => document.querySelector(selector);

  // ---------- drawing ----------
  let typed = 0;
  const say = (value) => window.dash_clientside.set_props("search", { value });
  const SearchBox = ({ debounce, ...rest }) => React.createElement("input", {
    ...rest,
    onInput: (event) => {
      const { value } = event.target;
      clearTimeout(typed);
      typed = setTimeout(() => say(value), 1000 * debounce);
    },
  });

  // A part that an answer draws anew by its id, while everything around it stays as the reader left it.
  const Live = ({ id, children }) => {
    const [come, set] = React.useState(null);
    React.useEffect(() => {
      const hear = (event) => { if (event.detail[id]) set(event.detail[id]); };
      window.addEventListener("zhijian:parts", hear);
      return () => window.removeEventListener("zhijian:parts", hear);
    }, [id]);
    return React.createElement("div", { id }, come ? draw(come) : children);
  };

  // A page is one property of one Dash component. Were each element a component of its own, Dash would tell all of them
  // of the coming of each: 3,300 elements took 60 s of a busy browser, this takes a tenth of a second.
  const { charts } = window.zhijian;
  const OWN = { Graph: charts.Chart, SearchBox, Live };
  const draw = (node) => {
    if (node === null || typeof node !== "object") return node;
    const { children, ...rest } = node.props;
    const kind = OWN[node.type] || node.type.toLowerCase();
    if (children === undefined) return React.createElement(kind, rest);
    return React.createElement(kind, rest, ...(Array.isArray(children) ? children.map(draw) : [draw(children)]));
  };
  // The address as Dash knows it: at first, after going back and forth, and after a link of ours.
  const Location = ({ setProps }) => {
    React.useEffect(() => {
      const tell = () => setProps({ pathname: location.pathname, search: location.search });
      const told = ["popstate", "zhijian:went"];
      for (const kind of told) window.addEventListener(kind, tell);
      tell();
      return () => { for (const kind of told) window.removeEventListener(kind, tell); };
    }, []);
    return null;
  };
  // A press whose button is exchanged before it is let go is no click, and neither an open list, a file being picked nor a word
  // being composed outlives its field: Dash draws its page when a reader holds nothing on the first one.
  let pressed = 0; // since when
  let picking = false;
  let drawLater = null;
  const isHeld = () => Boolean(document.getElementById("first")) && (pressed > 0 || picking);
  const drawIfFree = () => {
    if (!drawLater || isHeld()) return;
    window.ReactDOM.flushSync(drawLater);
    drawLater = null;
  };
  const letGo = () => {
    const since = pressed;
    // The click comes right after the press has ended.
    setTimeout(() => {
      if (pressed === since) pressed = 0;
      drawIfFree();
    });
  };
  const listen = (kinds, hear) => { for (const kind of kinds) document.addEventListener(kind, hear, true); };
  const opens = (target, fields) => Boolean(target.matches && target.matches(fields));
  listen(["pointerdown", "keydown", "compositionstart"], ({ target, timeStamp }) => {
    pressed = timeStamp;
    picking = opens(target, "select, input[type=file]");
  });
  listen(["click"], ({ target }) => { picking = picking || opens(target, "input[type=file]"); }); // by its label
  listen(["pointerup", "pointercancel", "keyup", "compositionend"], (event) => { if (!event.isComposing) letGo(); });
  listen(["change", "cancel"], () => { picking = false; setTimeout(drawIfFree); });
  window.addEventListener("blur", letGo);
  const Tree = ({ tree }) => {
    const hasCome = React.useRef(false);
    const [, redraw] = React.useState(0);
    hasCome.current = hasCome.current || (Boolean(tree) && !isHeld());
    React.useEffect(() => { if (tree && !hasCome.current) drawLater = () => redraw((times) => times + 1); });
    return hasCome.current ? draw(tree) : null;
  };
  Object.assign(window.zhijian, { Location, Tree, Search: () => null });

  // ---------- going from page to page ----------
  // A link to a page of ours becomes navigation; the address bar stays the only state.
  let opener = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const href = link.getAttribute("href");
    if (!/^\/(zh|en)\//.test(href) || link.dataset.plain || link.target || !window.dash_clientside) return;
    if (!seen("#react-entry-point .page")) return;
    event.preventDefault();
    closeMenus();
    opener = link.dataset.close ? opener : href;
    if (href !== location.pathname + location.search) root.classList.add("going");
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("zhijian:went"));
  });

  // A page that cannot be fetched (signed out, a server that broke or went away) is asked for anew, once: the answer
  // to the address itself says what is the case.
  const ask = window.fetch;
  window.fetch = (...about) => {
    const page = String(about[0] && about[0].url || about[0]).includes("_dash-update-component");
    const failed = () => {
      const last = Number(sessionStorage.getItem("asked-anew") || 0);
      root.classList.remove("going");
      if (Date.now() - last < 15000) return;
      sessionStorage.setItem("asked-anew", String(Date.now()));
      location.reload();
    };
    const answer = ask(...about);
    if (page) answer.then((one) => { if (!one.ok) failed(); }, failed);
    return answer;
  };

  // A page on which something is being worked on (data-again: seconds) is asked for again while it is looked at: less often the
  // longer it lasts, and never while somebody types or holds something on it, or before Dash has come.
  let again = 0;
  let pause = 0;
  const busy = () => document.hidden || !window.dash_clientside || typing(document.activeElement || root);
  const lookAgain = () => {
    const { pathname, search } = location;
    const inputs = [["pathname", pathname], ["search", search]].map(([property, value]) => ({ id: "location", property, value }));
    const body = JSON.stringify({ output: "page.tree", outputs: { id: "page", property: "tree" }, inputs, changedPropIds: ["location.pathname"] });
    ask("/_dash-update-component", { method: "POST", headers: { "Content-Type": "application/json" }, body })
      .then((one) => (one.ok ? one.json() : null))
      .then((said) => {
        if (said && location.pathname === pathname && location.search === search) window.dash_clientside.set_props("page", said.response.page);
        waitAgain();
      }, waitAgain);
  };
  const waitAgain = () => {
    clearTimeout(again);
    const first = seen("[data-again]");
    if (!first) { pause = 0; return; }
    pause = Math.min(20, pause ? pause * 1.3 : Number(first.dataset.again));
    again = setTimeout(() => (busy() ? waitAgain() : lookAgain()), 1000 * pause);
  };

  // A table that stands open under its chart is named in the address by its section, so that the address shows it open again.
  const folds = () => [...document.querySelectorAll("section[id] details.dt, aside[id] details.dt")];
  const nameOf = (fold) => {
    const home = fold.closest("section[id], aside[id]");
    const at = [...home.querySelectorAll("details.dt")].indexOf(fold);
    return at ? `${home.id}-${at}` : home.id;
  };
  const unfold = () => {
    const named = (new URLSearchParams(location.search).get("unfolded") || "").split(".");
    for (const fold of folds()) fold.open = named.includes(nameOf(fold));
  };
  let printing = false;
  document.addEventListener("toggle", (event) => {
    if (printing || !event.target.matches("details.dt")) return;
    const rest = location.search.slice(1).split("&").filter((one) => one && !one.startsWith("unfolded="));
    const open = folds().filter((fold) => fold.open).map(nameOf);
    if (open.length) rest.push(`unfolded=${open.join(".")}`);
    history.replaceState(history.state, "", location.pathname + (rest.length ? `?${rest.join("&")}` : ""));
  }, true);

  // After each page: its title, language and theme, and the reader's place on it.
  const where = (page) => page.dataset.at || location.pathname + location.search;
  let at = null;
  let path = location.pathname;
  let hadPanel = null;
  // What was typed, picked, opened or reached before the page came alive goes along: both are the same page, field by field.
  const fieldsOf = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea, select")];
  const reachedOf = (part) => [...part.querySelectorAll("a[href], button, summary, input:not([type=hidden]), textarea, select")];
  const foldsOf = (part) => [...part.querySelectorAll("details.dt")];
  const carry = (from, to) => {
    const folded = foldsOf(to);
    foldsOf(from).forEach((old, at) => { if (folded[at]) folded[at].open = old.open; });
    const fresh = fieldsOf(to);
    fieldsOf(from).forEach((old, at) => {
      const now = fresh[at];
      if (!now || now.name !== old.name) return;
      const what = { checkbox: "checked", radio: "checked", file: "files" }[old.type] || "value";
      if (what === "files" ? old.files.length : now[what] !== old[what]) {
        now[what] = old[what];
        ["input", "change"].forEach((kind) => now.dispatchEvent(new Event(kind, { bubbles: true })));
      }
    });
    const reached = reachedOf(to)[reachedOf(from).indexOf(document.activeElement)];
    if (!reached) return;
    const { selectionStart, selectionEnd } = document.activeElement;
    reached.focus({ preventScroll: true });
    if (typeof selectionStart === "number") reached.setSelectionRange(selectionStart, selectionEnd);
  };
  // Who follows a link or applies a form of a page by keyboard and gets the same page anew goes on where they were: at what is called
  // the same there, or, where it is gone, in the step that it opened.
  const called = (one) => (one.getAttribute("aria-label") || one.textContent).trim();
  const alike = (kind, name) => reachedOf(document).filter((one) => one.matches(kind) && called(one) === name);
  const remember = (event) => {
    const one = event.submitter || (event.target.closest && event.target.closest('a[href^="/zh/"]:not([download]), a[href^="/en/"]:not([download])'));
    if (!one || !(event.submitter || one === document.activeElement) || !document.activeElement.matches(":focus-visible")) return;
    const [kind, name] = [one.localName, called(one)];
    sessionStorage.setItem("reached", JSON.stringify({ path: location.pathname, kind, name, nth: alike(kind, name).indexOf(one) }));
  };
  listen(["click", "submit"], remember);
  const goOn = () => {
    if (!seen("#react-entry-point .page")) return;
    const said = JSON.parse(sessionStorage.getItem("reached") || "null");
    sessionStorage.removeItem("reached");
    if (!said || said.path !== location.pathname || document.activeElement !== document.body) return;
    const there = alike(said.kind, said.name);
    const next = there[said.nth] || there[0] || seen("[aria-current=step] form input:not([type=hidden], [type=search])");
    if (next) next.focus();
  };
  // In a row of tabs that is wider than the window the one that is open is brought into view.
  const showTab = (page) => {
    for (const on of page.querySelectorAll(".tabs [aria-current]")) {
      const row = on.closest(".tabs");
      const [own, whole] = [on.getBoundingClientRect(), row.getBoundingClientRect()];
      row.scrollLeft += Math.max(0, own.right + own.width - whole.right);
    }
  };
  const settle = () => {
    const page = seen("#react-entry-point .page") || seen(".page");
    if (!page) return;
    const first = document.getElementById("first");
    if (first && seen("#react-entry-point .page")) {
      carry(first, seen("#react-entry-point"));
      charts.leave();
      first.remove();
      showTab(page);
    }
    if (document.title !== page.dataset.title) document.title = page.dataset.title;
    if (root.lang !== page.dataset.lang) root.lang = page.dataset.lang;
    if (root.dataset.theme !== page.dataset.theme) root.dataset.theme = page.dataset.theme;
    const hasCome = where(page) !== at;
    at = where(page);
    const panel = seen("#source");
    if (hasCome) root.classList.remove("going");
    if (hasCome) { pause = 0; waitAgain(); unfold(); showTab(page); }
    if (hasCome || first) goOn();
    if (hasCome && path !== location.pathname) {
      path = location.pathname;
      forget();
      window.scrollTo(0, 0);
      const main = seen("main");
      if (main) main.focus({ preventScroll: true });
    } else if (panel && hadPanel === false) {
      seen("#source-title").focus({ preventScroll: true });
    } else if (!panel && hadPanel && opener) {
      const back = [...document.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === opener);
      if (back) back.focus({ preventScroll: true });
    }
    hadPanel = Boolean(panel);
  };
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    queueMicrotask(() => { due = false; settle(); });
  }).observe(document.body || root, { childList: true, subtree: true });

  // ---------- menus and search ----------
  const results = () => seen("#search-results");
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
    if (results() && !(except && except.matches(".search, .hits"))) results().classList.add("closed");
  };
  document.addEventListener("pointerdown", (event) => closeMenus(event.target.closest("details.menu, .search, .hits")));

  const forget = () => {
    const box = seen("#search");
    if (!box || !box.value) return;
    box.value = "";
    say("");
  };
  document.addEventListener("focusin", (event) => {
    if (event.target.id !== "search" || !results()) return;
    const box = event.target.getBoundingClientRect();
    results().style.top = `${box.bottom + 4}px`;
    results().style.right = `${Math.max(16, root.clientWidth - box.right)}px`;
    results().classList.remove("closed");
  });

  const typing = (target) => target.matches && target.matches("input, textarea, select, [contenteditable]");
  const walk = (event) => {
    const links = [...document.querySelectorAll("#search-results a")];
    if (!links.length || !event.target.closest(".search, .hits")) return;
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (links[at] || seen("#search")).focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !typing(event.target)) {
      const box = seen("#search");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key === "Escape") {
      const menu = seen("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
      const close = seen("#source [data-close]");
      if (close && !typing(event.target)) close.click();
      if (event.target.id === "search") event.target.blur();
      closeMenus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
    else if (event.key === "Enter" && event.target.id === "search") {
      const first = seen("#search-results a");
      if (first) first.click();
    }
  });

  // ---------- acts ----------
  document.addEventListener("click", (event) => {
    const act = event.target.closest && event.target.closest("[data-act]");
    if (!act) return;
    if (act.dataset.act === "print") window.print();
    if (act.dataset.act !== "copy") return;
    if (!navigator.clipboard) { window.prompt(act.textContent, location.href); return; }
    navigator.clipboard.writeText(location.href).then(() => {
      const words = act.textContent;
      act.textContent = act.dataset.done;
      setTimeout(() => { act.textContent = words; }, 1600);
    });
  });

  // Paper shows the tables behind the charts.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details.dt:not([open])")];
    printing = true;
    for (const one of unfolded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of unfolded) one.open = false;
    setTimeout(() => { printing = false; });
  });
})();
