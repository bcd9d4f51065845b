/* Two ways to keep n soundtracks in step with a muted video; the player picks by the clip's length. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const FADE_S = 0.012;
  const LEAD_S = 0.03;
  /* Past this the sound starts anew at the picture; below it the picture is nudged, unseen. */
  const APART_S = 0.25;

  /* Soundtracks decoded ahead. The audio clock leads; the video is nudged to it. */
  function bufferEngine(context, out) {
    const tracks = new Map();
    let anchor = null;
    let chosen = null;

    const latency = () => context.outputLatency || context.baseLatency || 0;
    const offsetAt = (time) => anchor.position + (time - anchor.time);

    function stopTrack(track) {
      if (!track.node) return;
      try { track.node.stop(); } catch { /* it never started */ }
      track.node.disconnect();
      track.node = null;
    }
    function startTrack(track) {
      stopTrack(track);
      const at = Math.max(context.currentTime + 0.01, anchor.time);
      const offset = offsetAt(at);
      if (offset < 0 || offset >= track.buffer.duration) return;
      track.node = context.createBufferSource();
      track.node.buffer = track.buffer;
      track.node.connect(track.gain);
      track.node.start(at, offset);
    }
    return {
      kind: "buffers",
      has: (id) => tracks.has(id),
      async add(id, url) {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(`${answer.status} for a soundtrack`);
        const buffer = await context.decodeAudioData(await answer.arrayBuffer());
        return () => {
          const old = tracks.get(id);
          if (old) { stopTrack(old); old.gain.disconnect(); }
          const gain = context.createGain();
          gain.gain.value = id === chosen ? 1 : 0;
          gain.connect(out);
          const track = { buffer, gain, node: null };
          tracks.set(id, track);
          if (anchor) startTrack(track);
        };
      },
      remove(id) {
        const track = tracks.get(id);
        if (!track) return;
        stopTrack(track);
        track.gain.disconnect();
        tracks.delete(id);
      },
      choose(id) {
        chosen = id;
        const now = context.currentTime;
        for (const [name, track] of tracks) {
          track.gain.gain.cancelScheduledValues(now);
          track.gain.gain.setValueAtTime(track.gain.gain.value, now);
          track.gain.gain.linearRampToValueAtTime(name === id ? 1 : 0, now + FADE_S);
        }
      },
      start(video) {
        anchor = {
          time: context.currentTime + LEAD_S,
          position: video.currentTime + LEAD_S + latency(),
        };
        tracks.forEach(startTrack);
      },
      stop() {
        anchor = null;
        tracks.forEach(stopTrack);
      },
      /* Seconds that the sound heard is ahead of the picture; null while silent. */
      drift(video) {
        if (!anchor) return null;
        return offsetAt(context.currentTime) - latency() - video.currentTime;
      },
      follow(video) {
        const drift = this.drift(video);
        if (drift === null) return;
        if (Math.abs(drift) > APART_S) { this.stop(); this.start(video); video.playbackRate = 1; return; }
        video.playbackRate = Math.abs(drift) < 0.012 ? 1 : 1 + Math.max(-0.15, Math.min(0.15, 2.5 * drift));
      },
      clear() {
        this.stop();
        [...tracks.keys()].forEach((id) => this.remove(id));
      },
    };
  }

  /* Media elements that follow the video's clock, for clips too long to hold decoded. */
  function elementEngine(context, out) {
    const tracks = new Map();
    let chosen = null;
    let running = false;

    const align = (audio, video) => {
      const drift = audio.currentTime - video.currentTime;
      if (Math.abs(drift) > 0.2) { audio.currentTime = video.currentTime; audio.playbackRate = 1; }
      else audio.playbackRate = Math.abs(drift) < 0.01 ? 1 : 1 - Math.max(-0.05, Math.min(0.05, drift));
    };
    const startTrack = (track, video) => {
      track.audio.currentTime = video.currentTime;
      track.audio.play().catch(() => {});
    };
    return {
      kind: "elements",
      has: (id) => tracks.has(id),
      async add(id, url, video) {
        const audio = new Audio();
        audio.preload = "auto";
        audio.src = url;
        await new Promise((ready, failed) => {
          audio.addEventListener("canplay", ready, { once: true });
          audio.addEventListener("error", () => failed(new Error("a soundtrack cannot be read")), { once: true });
        });
        return () => {
          this.remove(id);
          const gain = context.createGain();
          gain.gain.value = id === chosen ? 1 : 0;
          const node = context.createMediaElementSource(audio);
          node.connect(gain).connect(out);
          const track = { audio, gain, node };
          tracks.set(id, track);
          if (running) startTrack(track, video);
        };
      },
      remove(id) {
        const track = tracks.get(id);
        if (!track) return;
        track.audio.pause();
        track.audio.removeAttribute("src");
        track.audio.load();
        track.node.disconnect();
        track.gain.disconnect();
        tracks.delete(id);
      },
      choose(id) {
        chosen = id;
        const now = context.currentTime;
        for (const [name, track] of tracks) {
          track.gain.gain.setValueAtTime(track.gain.gain.value, now);
          track.gain.gain.linearRampToValueAtTime(name === id ? 1 : 0, now + FADE_S);
        }
      },
      start(video) { running = true; tracks.forEach((track) => startTrack(track, video)); },
      stop() { running = false; tracks.forEach((track) => track.audio.pause()); },
      drift(video) {
        const track = tracks.get(chosen);
        return running && track ? track.audio.currentTime - video.currentTime : null;
      },
      follow(video) { tracks.forEach((track) => align(track.audio, video)); },
      clear() { this.stop(); [...tracks.keys()].forEach((id) => this.remove(id)); },
    };
  }

  Object.assign(mrcmv, { bufferEngine, elementEngine });
})();
