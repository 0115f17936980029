const SVG = "http://www.w3.org/2000/svg";
/** The nodes of the picture by the component's id. */
const nodes = new Map();
/** The smallest scale at which the picture is fitted into the page without being asked to: names can still be read. */
const LEAST_SCALE = 0.6;
let drawnFor = -1;

/** How long the next picture has to wait for, while components are added one by one. */
const PAUSE = 2000;
let isDrawing = false;
let isChosen = false;

/** Gets the picture when there are components that it does not have. */
async function showGraph() {
  if (isDrawing || drawnFor === app.components.length) return;
  isDrawing = true;
  const count = app.components.length;
  try {
    const answer = await fetch("/lifecycle/graph.svg");
    if (answer.ok) {
      draw(await answer.text());
      drawnFor = count;
    }
  } catch {
    // The app is gone; whoever notices that says so.
  }
  setTimeout(() => {
    isDrawing = false;
    if (!app.isOver) showGraph();
  }, PAUSE);
}

function draw(text) {
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const canvas = $("graph");
  canvas.replaceChildren(document.importNode(svg, true));
  // As large as it is drawn, at most.
  canvas.firstChild.style.maxWidth = parseFloat(svg.getAttribute("width")) + "px";
  chooseFit();
  nodes.clear();
  for (const node of canvas.querySelectorAll(".node[data-component]")) {
    const id = Number(node.id.slice(1));
    const box = node.querySelector(".shape").getBBox();
    const use = document.createElementNS(SVG, "use");
    for (const [name, value] of Object.entries({ x: box.x + box.width - 8, y: box.y - 7, width: 15, height: 15 })) use.setAttribute(name, value);
    const back = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ cx: box.x + box.width - 0.5, cy: box.y + 0.5, r: 9, fill: "var(--panel)" })) back.setAttribute(name, value);
    node.append(back, use);
    node.addEventListener("click", () => goTo(id));
    nodes.set(id, { node, use, as: "" });
  }
  paint(app.components);
}

/** The state of the components in the picture. */
function paint(changed) {
  for (const c of changed) {
    const known = nodes.get(c.id);
    if (!known) continue;
    const { as, word } = look(c);
    if (known.as !== as) {
      if (known.as) known.node.classList.remove(known.as);
      known.node.classList.add(as);
      known.use.setAttribute("href", "#m-" + as);
      known.use.setAttribute("class", as);
      known.as = as;
    }
    const title = known.node.querySelector("title");
    if (title) setText(title, `${c.name}: ${word}${doing(c) ? ", " + doing(c) : ""}`);
  }
}

/** What nobody could read at the scale at which it fits is scrolled instead. */
function chooseFit() {
  const svg = $("graph").querySelector("svg");
  if (isChosen || !svg) return;
  const [width, height] = ["width", "height"].map((name) => parseFloat(svg.getAttribute(name)));
  setFit(Math.min($("graph").clientWidth / width, (0.58 * innerHeight) / height) >= LEAST_SCALE);
}
addEventListener("resize", chooseFit);

function setFit(isFit) {
  $("graph").classList.toggle("is-fit", isFit);
  $("fit").setAttribute("aria-pressed", String(isFit));
  $("full").setAttribute("aria-pressed", String(!isFit));
}
for (const [id, isFit] of [["fit", true], ["full", false]]) {
  $(id).addEventListener("click", () => {
    isChosen = true;
    setFit(isFit);
  });
}
setFit(true);
