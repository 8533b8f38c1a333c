// All takes begin equally loud, and one sounds at a time; a line shows where it is; a click into a drawing goes there.
for (const card of document.querySelectorAll("[data-seconds]")) {
  const player = card.querySelector("audio");
  const seconds = Number(card.dataset.seconds);
  player.volume = Number(card.dataset.volume);
  const plots = card.querySelectorAll(".drawing");
  const show = () => card.style.setProperty("--at", `${(100 * player.currentTime) / seconds}%`);
  const follow = () => {
    show();
    if (!player.paused) requestAnimationFrame(follow);
  };
  player.addEventListener("play", () => {
    card.classList.add("heard");
    for (const other of document.querySelectorAll("audio")) {
      if (other !== player) other.pause();
    }
    follow();
  });
  player.addEventListener("seeked", show);
  for (const plot of plots) {
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      player.currentTime = (seconds * (event.clientX - box.left)) / box.width;
      card.classList.add("heard");
    });
  }
}
