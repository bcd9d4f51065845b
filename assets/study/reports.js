/* What the player does, reported to the server as it happens: it decides what was watched.
 *
 * One report is on its way at a time; what happens meanwhile waits, and of several ticks the last
 * one is enough. So a connection that comes and goes costs nothing that was watched in one go.
 */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const TICK_S = 2;
  /* The server's clock may be a breath behind at the end: it is told once more. */
  const BREATH_MS = 600;
  const BINS_PER_S = 4;

  mrcmv.reporter = (player, { send, onWatched, onRefused }) => {
    const { element, video } = player;
    let trial = null;
    let waiting = [];
    let busy = false;
    let playing = false;
    let position = 0;
    let told = 0;
    let ending = 0;
    let seen = [];

    const slot = () => Number(player.source);

    async function flush() {
      if (busy || !waiting.length || !trial) return;
      const events = waiting;
      const of = trial;
      waiting = [];
      busy = true;
      try {
        const watched = await send({ token: of.token, events });
        if (of === trial) onWatched(watched);
      } catch (error) {
        if (of === trial) { trial = null; onRefused(error); }
      } finally {
        busy = false;
        flush();
      }
    }

    function report(kind, at = video.currentTime) {
      if (!trial || player.source === null) return;
      const event = { kind, slot: slot(), position_s: Number(at.toFixed(3)) };
      const last = waiting[waiting.length - 1];
      if (last?.kind === "tick" && kind !== "seek" && last.slot === event.slot) waiting.pop();
      waiting.push(event);
      told = performance.now();
      flush();
    }

    function end() {
      if (!ending) return;
      clearTimeout(ending);
      ending = 0;
      report("pause", position);
    }

    function mark(now) {
      const bins = seen[slot()];
      if (!bins || document.hidden || now < position || now - position > 0.5) return;
      for (let bin = Math.floor(position * BINS_PER_S); bin <= now * BINS_PER_S && bin < bins.length; bin++)
        bins[bin] = 1;
    }

    element.addEventListener("player:play", () => {
      end();
      playing = true;
      position = video.currentTime;
      report("play");
    });
    element.addEventListener("player:pause", () => {
      playing = false;
      if (!video.ended) { report("pause"); return; }
      mark(video.currentTime);
      position = video.currentTime;
      report("tick");
      ending = setTimeout(end, BREATH_MS);
    });
    element.addEventListener("player:source", () => {
      end();
      if (playing) report("play");
    });
    element.addEventListener("player:time", () => {
      if (video.seeking || !playing) return;
      mark(video.currentTime);
      position = video.currentTime;
      if (performance.now() - told > TICK_S * 1000) report("tick");
    });
    video.addEventListener("seeking", () => {
      end();
      if (playing && Math.abs(video.currentTime - position) > 0.01) {
        report("tick", position);
        report("seek");
      }
      position = video.currentTime;
    });
    // What nobody sees does not play.
    document.addEventListener("visibilitychange", () => { if (document.hidden) player.pause(); });
    window.addEventListener("pagehide", () => player.pause());

    return {
      /* Report on another trial from now on; null: on none. */
      follow(next) {
        clearTimeout(ending);
        ending = 0;
        trial = next;
        waiting = [];
        playing = false;
        position = 0;
        seen = (next?.slots || []).map((one) => new Uint8Array(Math.max(1, Math.ceil(one.duration_s * BINS_PER_S))));
      },
      /* Where the first stretch of a slot begins that was not seen here, in seconds. */
      missing(at) {
        const bin = seen[at]?.indexOf(0) ?? -1;
        return bin < 0 ? 0 : bin / BINS_PER_S;
      },
    };
  };
})();
