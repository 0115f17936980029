/** After how long another connection is tried that the browser does not try itself. */
const AGAIN = 5000;

function say(text, className) {
  setText($("link"), text);
  $("link").className = "link " + className;
  document.body.classList.toggle("is-stale", className !== "");
}

/** Takes in a message: everything, or what changed, in the same shape. */
function take(message, isAll) {
  Object.assign(app, { name: message.app, phase: message.phase, control: message.control, groups: message.groups });
  app.ageAt = message.age_ms;
  app.heardAt = performance.now();
  app.isOver = message.phase === "ended";
  if (isAll) {
    Object.assign(app, { components: [], start: null, events: [] });
    rows.clear();
    nodes.clear();
    failures.clear();
    drawnFor = -1;
    $("rows").replaceChildren();
    $("events").replaceChildren();
    held = [];
    lastEvent = 0;
  }
  for (const c of message.components) app.components[c.id] = c;
  if (message.start !== undefined) app.start = message.start;
  const fresh = message.events.filter((event) => event.seq > lastEvent);
  if (fresh.length) lastEvent = fresh[fresh.length - 1].seq;

  for (const event of fresh) {
    if (event.kind === "error" && event.component) failures.set(event.component, event);
  }

  showHeader();
  showComponents(message.components);
  paint(message.components);
  showGraph();
  if (message.start !== undefined || !app.start) showStart();
  if (message.components.length || isAll) showWork();
  addEvents(fresh);
  tick();
}

let lastEvent = 0;

function connect() {
  const source = new EventSource("/lifecycle/events");
  source.addEventListener("snapshot", (event) => {
    take(JSON.parse(event.data), true);
    say("live", "");
  });
  source.addEventListener("change", (event) => take(JSON.parse(event.data), false));
  source.addEventListener("end", () => {
    source.close();
    app.isOver = true;
    say("the app has ended; looking for its next run", "off");
    setTimeout(connect, AGAIN);
  });
  source.addEventListener("error", () => {
    if (!app.isOver) say("connection lost, retrying", "warn");
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    else if (app.isOver) {
      source.close();
      setTimeout(connect, AGAIN);
    }
  });
}

connect();
setInterval(tick, 1000);
