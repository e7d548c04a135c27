"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const section = document.getElementById("plots");
  const grid = section.querySelector(".grid");
  const day = 86400000;
  const pad = number => String(number).padStart(2, "0");
  const time = (millis, isFull) => {
    const at = new Date(millis);
    const clock = pad(at.getUTCHours()) + ":" + pad(at.getUTCMinutes())
      + (isFull || data.to - data.from < day ? ":" + pad(at.getUTCSeconds()) : "");
    return isFull || data.to - data.from >= day
      ? pad(at.getUTCMonth() + 1) + "-" + pad(at.getUTCDate()) + " " + clock : clock;
  };
  const number = value => Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(3) : String(Number(value.toPrecision(5)));
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 345600]
    .map(seconds => seconds * 1000);
  const step = steps.find(each => (data.to - data.from) / each <= 7) || 7 * day;
  const label = labels => Object.entries(labels).map(([name, value]) => name + "=" + value).join(", ");
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const level = (value, name, dash) => ({
    label: name, data: [{ x: data.from, y: value }, { x: data.to, y: value }],
    borderColor: name === "window" ? colour("soft") : colour("bad"), borderWidth: 1.25, borderDash: dash, pointRadius: 0, pointHitRadius: 0
  });

  const draw = (plot, canvas) => {
    const sets = plot.lines.map((line, i) => ({
      label: label(line.labels) || plot.name, data: line.points.map(([x, y]) => ({ x, y })),
      borderColor: colour("c" + (i % 8)), backgroundColor: colour("c" + (i % 8)), borderWidth: 1.75, clip: 4,
      pointRadius: line.points.length > 40 ? 0 : 2, pointHoverRadius: 4, tension: 0,
      // Where nothing was, no line is drawn; long series have their points further apart.
      spanGaps: Math.max(2.5 * data.step, line.points.length > 300 ? (data.to - data.from) / 100 : 0)
    }));
    if (plot.value !== null) sets.push(level(plot.value, "window", [6, 4]));
    if (typeof plot.min === "number") sets.push(level(plot.min, "min", [2, 3]));
    if (typeof plot.max === "number") sets.push(level(plot.max, "max", [2, 3]));
    const peak = Math.max(...sets.flatMap(set => set.data.map(point => point.y)));
    const isWholeShare = plot.unit === "%" && peak > 60 && peak <= 100;
    return new Chart(canvas, {
      type: "line",
      data: { datasets: sets },
      options: {
        animation: false, parsing: false, normalized: true, maintainAspectRatio: false,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: {
            type: "linear", min: data.from, max: data.to, grid: { color: colour("grid") }, border: { color: colour("line") },
            afterBuildTicks: axis => {
              axis.ticks = [];
              for (let at = Math.ceil(data.from / step) * step; at <= data.to; at += step) axis.ticks.push({ value: at });
            },
            ticks: { color: colour("soft"), maxRotation: 0, autoSkip: false, callback: value => time(value, false) }
          },
          y: {
            beginAtZero: true, grace: isWholeShare ? 0 : "6%", max: isWholeShare ? 100 : undefined, grid: { color: colour("grid") }, border: { color: colour("line") },
            ticks: { color: colour("soft"), maxTicksLimit: 6, callback: value => number(value) }
          }
        },
        plugins: {
          legend: { display: plot.lines.length > 1, position: "bottom", labels: { color: colour("soft"), boxWidth: 12, boxHeight: 2 } },
          tooltip: {
            callbacks: {
              title: items => items.length ? time(items[0].parsed.x, true) + " UTC" : "",
              label: item => item.dataset.label + ": " + number(item.parsed.y) + " " + plot.unit
            }
          }
        }
      }
    });
  };

  section.hidden = data.plots.length === 0;
  const drawn = data.plots.map(plot => {
    const figure = grid.appendChild(document.createElement("figure"));
    const caption = figure.appendChild(document.createElement("figcaption"));
    caption.append(plot.name);
    caption.appendChild(document.createElement("span")).textContent = plot.unit
      + (plot.left_out ? " · " + plot.left_out + " more lines in series.csv" : "");
    const box = figure.appendChild(document.createElement("div"));
    box.className = "box";
    const canvas = box.appendChild(document.createElement("canvas"));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", plot.name + " over time, in " + plot.unit);
    return { plot, canvas, chart: draw(plot, canvas) };
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach(each => {
    each.chart.destroy();
    each.chart = draw(each.plot, each.canvas);
  }));
})();
