/* Saves a chart as a picture: an SVG composed of what is seen (boxes, words, lines, each where the browser has laid it out) with its title,
   unit, notes, state of the data, source and signs; a PNG is that SVG on a canvas. Whatever a page draws a chart with, the picture follows. */
(() => {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";
  const PAD = 20;
  const LEAST_WIDTH = 560;
  const FACTOR = 2; // of a PNG, for print and for fine screens
  const MOST_PX = 12000; // of a canvas, in either direction
  const LONGEST_NAME = 120;
  const ruler = document.createElement("canvas").getContext("2d");

  const make = (kind, attributes, ...inner) => {
    const made = document.createElementNS(NS, kind);
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(name, value);
    made.append(...inner);
    return made;
  };
  const round = (value) => Math.round(value * 100) / 100;
  // A computed colour as attributes that every reader of SVG knows.
  const paint = (name, colour) => {
    const parts = (colour.match(/[\d.]+/g) || []).map(Number);
    if (!/^rgba?\(/.test(colour)) return colour ? { [name]: colour } : {};
    if (parts[3] === 0) return { [name]: "none" };
    const solid = { [name]: `rgb(${parts.slice(0, 3).join(", ")})` };
    return parts.length > 3 ? { ...solid, [`${name}-opacity`]: parts[3] } : solid;
  };
  const isSeen = (colour) => Boolean(colour) && colour !== "transparent" && !/, 0\)$/.test(colour);
  const apart = (list) => list.split(/,(?![^(]*\))/).map((one) => one.trim());
  // Family names as an attribute holds them: quotation marks of the other kind.
  const family = (style) => style.fontFamily.replace(/"/g, "'");

  // ---------- drawings that are SVG already ----------
  const KEPT = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "opacity",
    "font-family", "font-size", "font-weight", "text-anchor", "vector-effect", "shape-rendering", "dominant-baseline"];
  const inlined = (from, to) => {
    const style = getComputedStyle(from);
    for (const name of KEPT) {
      const value = style.getPropertyValue(name);
      if (!value || value === "auto" || (value === "none" && !["fill", "stroke"].includes(name))) continue;
      if (name === "fill" || name === "stroke") for (const [key, said] of Object.entries(paint(name, value))) to.setAttribute(key, said);
      else if (!(name.endsWith("opacity") && value === "1")) to.setAttribute(name, name === "font-family" ? family(style) : value);
    }
    const hidden = style.display === "none" || style.visibility === "hidden";
    for (const name of ["style", "class", "data-unformatted", "data-math"]) to.removeAttribute(name);
    for (const { name } of [...to.attributes]) if (/^on|^xlink:href$|^href$|^pointer-events$/.test(name)) to.removeAttribute(name);
    if (hidden) to.setAttribute("display", "none");
    [...from.children].forEach((child, at) => inlined(child, to.children[at]));
  };
  const copied = (svg, box) => {
    const made = svg.cloneNode(true);
    inlined(svg, made);
    for (const one of [...made.querySelectorAll("script, foreignObject, image, a > title, [display='none']")]) one.remove();
    for (const [name, value] of Object.entries({ x: box.x, y: box.y, width: box.width, height: box.height, overflow: "visible" })) made.setAttribute(name, value);
    for (const name of ["role", "aria-hidden", "tabindex"]) made.removeAttribute(name);
    return made;
  };

  // ---------- boxes and words ----------
  const boxes = (style, box, out) => {
    const edge = { x: box.x, y: box.y, width: box.width, height: box.height };
    const rx = Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.width / 2);
    const corner = style.borderTopLeftRadius.endsWith("%") ? box.width / 2 : rx;
    if (isSeen(style.backgroundColor)) out.push(make("rect", { ...edge, rx: corner || null, ...paint("fill", style.backgroundColor) }));
    if (style.backgroundImage.includes("repeating-linear-gradient")) out.push(make("rect", { ...edge, fill: "url(#hatch)" }));
    else if (style.backgroundImage.includes("linear-gradient")) rules(style, box, out);
    for (const shadow of style.boxShadow === "none" ? [] : apart(style.boxShadow)) {
      const [, colour, spread] = shadow.match(/^(rgba?\([^)]*\)) 0px 0px 0px (\d+(?:\.\d+)?)px/) || [];
      if (!colour) continue;
      const out_ = (shadow.includes("inset") ? -1 : 1) * Number(spread) / 2;
      out.push(make("rect", { x: box.x - out_, y: box.y - out_, width: box.width + 2 * out_, height: box.height + 2 * out_, fill: "none", ...paint("stroke", colour), "stroke-width": spread }));
    }
    borders(style, box, corner, out);
  };
  // Hairlines that stylesheets draw as gradients of one colour and one pixel.
  const rules = (style, box, out) => {
    const sizes = apart(style.backgroundSize);
    const places = apart(style.backgroundPosition);
    apart(style.backgroundImage).forEach((one, at) => {
      const colour = (one.match(/rgba?\([^)]*\)/) || [])[0];
      const height = parseFloat((sizes[at % sizes.length] || "").split(" ")[1]);
      if (!colour || !(height > 0) || height > 3) return;
      const down = parseFloat(places[at % places.length].split(" ")[1]) / 100;
      out.push(make("rect", { x: box.x, y: round(box.y + (box.height - height) * down), width: box.width, height, ...paint("fill", colour) }));
    });
  };
  const borders = (style, box, corner, out) => {
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({
      width: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]), colour: style[`border${side}Color`], dash: style[`border${side}Style`] === "dashed" ? "4 3" : null,
    }));
    if (!sides.some((side) => side.width && isSeen(side.colour))) return;
    const [first] = sides;
    if (sides.every((side) => side.width === first.width && side.colour === first.colour)) {
      const half = first.width / 2;
      out.push(make("rect", { x: box.x + half, y: box.y + half, width: Math.max(0, box.width - first.width), height: Math.max(0, box.height - first.width), rx: corner || null, fill: "none", ...paint("stroke", first.colour), "stroke-width": first.width, "stroke-dasharray": first.dash }));
      return;
    }
    const [left, right, top, bottom] = [box.x, box.x + box.width, box.y, box.y + box.height];
    [[left, top, right, top], [right, top, right, bottom], [left, bottom, right, bottom], [left, top, left, bottom]].forEach(([x1, y1, x2, y2], at) => {
      const { width, colour, dash } = sides[at];
      if (width && isSeen(colour)) out.push(make("line", { x1, y1, x2, y2, ...paint("stroke", colour), "stroke-width": width, "stroke-dasharray": dash }));
    });
  };
  // The lines a text is broken into, each with its box; what an edge cuts off ends in dots, as on the page.
  const lines = (node, edge) => {
    const found = [];
    const range = document.createRange();
    let cut = false;
    [...node.data].reduce((at, letter) => {
      range.setStart(node, at);
      range.setEnd(node, at + letter.length);
      const box = range.getClientRects()[0];
      if (box && box.width) {
        if (edge && box.right > edge + 1) cut = true;
        else {
          const last = found[found.length - 1];
          if (last && Math.abs(last.top - box.top) < box.height / 2) { last.text += letter; last.right = box.right; }
          else found.push({ text: letter, left: box.left, right: box.right, top: box.top, height: box.height });
        }
      }
      return at + letter.length;
    }, 0);
    if (cut && found.length) found[found.length - 1].text = `${found[found.length - 1].text.slice(0, -1)}…`;
    return found;
  };
  const words = (node, style, from, edge, out) => {
    ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = ruler.measureText("国");
    const isRight = style.textAlign === "right" || style.textAlign === "end";
    for (const { text, left, right, top, height } of lines(node, edge)) {
      if (!text.trim()) continue;
      const shown = text.replace(/\s+/g, " ");
      const at = isRight ? { x: round(right - from.x), "text-anchor": "end" } : { x: round(left - from.x) };
      out.push(make("text", { ...at, y: round(top - from.y + height * up / (up + down)), "font-family": family(style), "font-size": style.fontSize, "font-weight": style.fontWeight === "400" ? null : style.fontWeight, ...paint("fill", style.color) }, isRight ? shown.trimEnd() : shown.trim()));
    }
  };
  const UNSEEN = ".sr, .pics, details, script, style, .modebar-container";
  const walk = (element, from, edge, out) => {
    if (element.matches(UNSEEN)) return;
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden" || style.clipPath.startsWith("inset(50%")) return;
    const here = element.getBoundingClientRect();
    const box = { x: round(here.x - from.x), y: round(here.y - from.y), width: round(here.width), height: round(here.height) };
    if (element.namespaceURI === NS) { out.push(copied(element, box)); return; }
    if (box.width && box.height) boxes(style, box, out);
    const inner = style.textOverflow === "ellipsis" ? here.right : edge;
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) { if (child.data.trim()) words(child, style, from, inner, out); }
      else if (child.nodeType === Node.ELEMENT_NODE) walk(child, from, inner, out);
    }
  };

  // ---------- the words around it ----------
  const said = (element) => {
    if (!element) return "";
    const copy = element.cloneNode(true);
    for (const one of copy.querySelectorAll(".crumb > .menu, .menu > :not(summary), .tools, .seg, .sr, .sib, button, input")) one.remove();
    return [...copy.childNodes].map((one) => one.textContent.trim()).join(" ").replace(/\s+/g, " ").trim();
  };
  const allSaid = (...elements) => elements.map(said).filter(Boolean);
  const around = (figure) => {
    const home = figure.closest("section, aside") || document;
    const title = said(home.querySelector("h2"));
    const above = [...allSaid(home.querySelector("header > .m")), ...allSaid(home.querySelector(".say"))];
    const notes = allSaid(...[...home.querySelectorAll(".note")].filter((one) => !one.closest("details")));
    const context = document.querySelector(".ctx");
    const state = context ? allSaid(...[...context.children].filter((one) => !one.matches(".tools"))).join("　") : "";
    const foot = [...document.querySelectorAll(".foot p")].map((one) => [...one.childNodes].map((part) => (part.nodeType === Node.TEXT_NODE ? part.data : said(part))).join("　"));
    const { source } = figure.querySelector(".pics").dataset;
    return { title, above, below: [...notes, state, ...foot, source, `${location.host}${decodeURI(location.pathname + location.search)}`.slice(0, 240)].filter(Boolean) };
  };
  const broken = (text, width) => {
    const found = [""];
    for (const piece of text.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]{1,60}|\s+/g) || []) {
      if (ruler.measureText(found[found.length - 1] + piece).width > width && found[found.length - 1]) found.push(piece.trimStart());
      else found[found.length - 1] += piece;
    }
    return found;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--zj-${name}`).trim();
  const set = (texts, look, top, width, out) => {
    ruler.font = `${look.weight || 400} ${look.size}px ${look.family}`;
    let y = top;
    for (const text of texts) {
      for (const line of broken(text, width)) {
        y += look.step;
        out.push(make("text", { x: PAD, y: round(y - look.step * 0.28), "font-family": look.family.replace(/"/g, "'"), "font-size": `${look.size}px`, "font-weight": look.weight, fill: look.fill }, line));
      }
    }
    return y;
  };
  const hatch = () => make("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    make("rect", { width: 5, height: 5, fill: colour("paper") }), make("rect", { width: 1.4, height: 5, fill: colour("mark") }));

  const composed = (figure) => {
    const drawn = figure.querySelector("[data-pictured]");
    const moved = [drawn, ...drawn.querySelectorAll(".scroll, .chart")].map((one) => [one, one.scrollLeft]);
    for (const [one] of moved) one.scrollLeft = 0;
    const from = drawn.getBoundingClientRect();
    const out = [];
    walk(drawn, from, 0, out);
    const reach = [...drawn.querySelectorAll("table, .svg-container, svg, ul, .multiples")].map((one) => one.getBoundingClientRect());
    const inner = Math.ceil(Math.max(from.width, ...reach.map((one) => one.right - from.left)));
    const tall = Math.ceil(Math.max(from.height, ...reach.map((one) => one.bottom - from.top)));
    for (const [one, left] of moved) one.scrollLeft = left;
    const width = Math.max(inner, LEAST_WIDTH);
    const { title, above, below } = around(figure);
    const { fontFamily } = getComputedStyle(document.body);
    const frame = [];
    let y = set([title], { size: 16, step: 24, weight: 600, fill: colour("ink"), family: fontFamily }, PAD - 4, width, frame);
    y = set(above, { size: 13, step: 20, fill: colour("ink-2"), family: fontFamily }, y, width, frame) + 10;
    const body = make("g", { transform: `translate(${PAD} ${y})` }, ...out);
    y = set(below, { size: 12, step: 18, fill: colour("ink-3"), family: fontFamily }, y + tall + 10, width, frame) + PAD - 6;
    const [wide, high] = [width + 2 * PAD, Math.ceil(y)];
    return make("svg", { xmlns: NS, width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, lang: document.documentElement.lang },
      make("title", {}, title), make("desc", {}, [...above, ...below].join("\n")), make("defs", {}, hatch()),
      make("rect", { width: wide, height: high, fill: colour("paper") }), ...frame, body);
  };

  // ---------- files ----------
  // Characters that XML does not know would make the file unreadable.
  const text = (svg) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")}`;
  const named = (figure, kind) => {
    const page = document.querySelector(".page");
    const year = (location.search.match(/[?&]year=(\d{4})/) || said(document.querySelector(".ctx")).match(/(\d{4})[–-]\d{4}/) || [])[1];
    const place = (page ? page.dataset.title : "").split(" · ")[0];
    const { title } = around(figure);
    const parts = [place, title === place ? "" : title, year, document.documentElement.lang.slice(0, 2)].filter(Boolean);
    const clean = parts.map((one) => one.replace(/[^\p{L}\p{N}.–-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, ""));
    const room = LONGEST_NAME - clean.slice(2).join("_").length;
    return `${clean.slice(0, 2).join("_").slice(0, room)}_${clean.slice(2).join("_")}.${kind}`;
  };
  const hand = (blob, name) => {
    const link = document.createElement("a");
    const href = URL.createObjectURL(blob);
    Object.assign(link, { href, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(href), 10000);
  };
  // The image comes as a data address, which the pages' policy allows; nothing is fetched for it.
  const drawnOn = (svg) => new Promise((done, failed) => {
    const image = new Image();
    const [width, height] = ["width", "height"].map((name) => Number(svg.getAttribute(name)));
    const factor = Math.min(FACTOR, MOST_PX / Math.max(width, height));
    image.onerror = failed;
    image.onload = () => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: Math.round(width * factor), height: Math.round(height * factor) });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("canvas"))), "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(svg))}`;
  });
  // Every file is a line of the audit trail, written before it is given; a page that nobody signed in for has no trail.
  const recorded = async (figure, kind) => {
    const { content: csrf } = document.querySelector("meta[name=csrf]") || {};
    if (!csrf) return;
    const home = figure.closest("[id].sec, section[id], aside[id]");
    const said = { csrf, kind, chart: home ? home.id : "page", of: location.pathname + location.search, back: location.pathname + location.search };
    const answer = await fetch("/do/save_picture", { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(said) });
    if (!answer.ok) throw new Error(`${answer.status}`);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-picture]");
    if (!button || button.hasAttribute("aria-busy")) return;
    const kind = button.dataset.picture;
    const figure = button.closest("figure");
    const status = button.parentElement.querySelector("[role=status]");
    button.setAttribute("aria-busy", "true");
    try {
      const name = named(figure, kind);
      const svg = composed(figure);
      await recorded(figure, kind);
      hand(kind === "png" ? await drawnOn(svg) : new Blob([text(svg)], { type: "image/svg+xml" }), name);
      status.textContent = `${status.dataset.done} ${name}`;
      status.className = "sr";
    } catch (problem) {
      console.error(problem);
      status.textContent = status.dataset.failed;
      status.className = "m";
    }
    button.removeAttribute("aria-busy");
  });
})();
