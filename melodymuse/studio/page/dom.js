// Small helpers around the document.

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** A new HTML element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A new SVG element with attributes and children. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Tell a screen reader, and whoever looks, what happened. */
export function say(text) {
  byId("said").textContent = text;
}

/** A function that runs once nobody has called it for a while; `flush` runs what waits now. */
export function settled(work, milliseconds) {
  let timer = null;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(later.flush, milliseconds);
  };
  later.flush = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    work();
  };
  later.drop = () => {
    clearTimeout(timer);
    timer = null;
  };
  return later;
}

/** Minutes and seconds, as in 1:07. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
