/* Charts of the tables on a page. Without this script, or without ECharts, the tables say it all.

   data-chart="control|bars|lines"   the kind of chart; a hidden, empty element
   data-chart-table="id"             the table that it draws: one truth for eyes, ears and paper
   data-chart-from="n"               the first column of cells that is drawn
   data-chart-unit="..."             what is counted
   data-centre, -lower, -upper       the lines of a control chart

   A cell without data-value is not drawn: it says 'fewer than 5'. Nothing hangs on a colour: series
   have patterns, points outside the usual range another shape.
*/

const INK = "#0b0c0c";
const QUIET = "#505a5f";
const COLOURS = ["#1d70b8", "#0f385c", "#7a8a99"];
const FONT = "arial, sans-serif";
// On paper the style sheet scales a chart to its column, its words with it.
const PAPER = { width: 400, height: 230 };
const TALL_PAPER = { width: 400, height: 340 };
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const drawn = [];
let onPaper = false;

function read(element) {
  const table = document.getElementById(element.dataset.chartTable);
  const from = Number(element.dataset.chartFrom);
  const drawn = (row) => [...row.querySelectorAll(".govuk-table__cell--numeric")].slice(from).map(valueOf);
  // A bar that may not be drawn leaves no gap; a month does.
  const shown = (row) => element.dataset.chart !== "bars" || drawn(row).some((value) => value !== null);
  const rows = [...table.tBodies[0].rows].filter((row) => !("notDrawn" in row.dataset) && shown(row));
  const heads = table.tHead.querySelectorAll(".govuk-table__header--numeric");
  return {
    title: table.caption.textContent.trim(),
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: [...heads].slice(from).map((head, number) => ({
      name: head.textContent.trim(),
      values: rows.map((row) => drawn(row)[number]),
    })),
  };
}

function valueOf(cell) {
  return "value" in cell.dataset ? Number(cell.dataset.value) : null;
}

function common(found, element) {
  const unit = element.dataset.chartUnit;
  return {
    animation: !still,
    animationDuration: 400,
    color: COLOURS,
    textStyle: { fontFamily: FONT, fontSize: 14, color: INK },
    aria: { enabled: true, decal: { show: found.series.length > 1 }, label: { description: described(found, unit) } },
    // Drawn on the canvas: a tooltip in HTML would need inline styles.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    legend: found.series.length > 1 ? { top: 0, left: 0, itemGap: 16, textStyle: { fontSize: 14, color: INK } } : undefined,
    grid: { top: topOf(found, element), right: 20, bottom: 8, left: 8, containLabel: true },
  };
}

/** A phone's width, where a legend takes two lines and names must leave room for bars. */
function isNarrow(element) {
  return element.clientWidth < 400;
}

/** Room for the legend, where there is one. */
function topOf(found, element) {
  if (found.series.length === 1) return 12;
  return isNarrow(element) ? 64 : 40;
}

/** The chart in words, for the canvas's accessible name: all numbers stand in the table. */
function described(found, unit) {
  const kinds = found.series.map((each) => each.name).join(", ");
  const parts = found.series.map((each) => {
    const known = each.values.filter((value) => value !== null);
    return known.length ? `${each.name}: from ${Math.min(...known)} to ${Math.max(...known)}` : "";
  });
  const said = parts.filter(Boolean).join("; ");
  return `${found.title}. Chart of ${kinds}${unit ? ` (${unit})` : ""}. ${said}. The table beside it has every number.`;
}

function short(month) {
  const [name, year] = month.split(" ");
  return `${name.slice(0, 3)} ${year.slice(2)}`;
}

function months(found) {
  return {
    type: "category",
    data: found.names.map(short),
    axisLabel: { color: INK, hideOverlap: true },
    axisTick: { alignWithLabel: true },
  };
}

const amounts = {
  type: "value",
  min: 0,
  minInterval: 1,
  axisLabel: { color: INK },
  splitLine: { lineStyle: { color: "#cecece" } },
};

function control(found, element) {
  const { centre, lower, upper } = element.dataset;
  const values = found.series[0].values;
  const last = values.length - 1;
  const isOutside = (value, at) => centre && at < last && value !== null && (value > upper || value < lower);
  const line = (value, name, type) => ({
    yAxis: Number(value),
    name,
    lineStyle: { type, color: type === "solid" ? INK : QUIET, width: type === "solid" ? 1.5 : 1 },
    label: { formatter: name, position: "end", color: INK, fontSize: 12 },
  });
  const shared = common(found, element);
  return {
    ...shared,
    // Room for the names of the lines at their ends.
    grid: { ...shared.grid, right: centre ? 76 : 20 },
    xAxis: months(found),
    yAxis: amounts,
    series: [
      {
        type: "line",
        name: found.series[0].name,
        // What lies outside must be seen, however little room the months' names have.
        showAllSymbol: true,
        data: values.map((value, at) => ({
          value,
          symbol: isOutside(value, at) ? "diamond" : at === last ? "emptyCircle" : "circle",
          symbolSize: isOutside(value, at) ? 16 : 7,
          itemStyle: { color: isOutside(value, at) ? INK : COLOURS[0] },
        })),
        lineStyle: { color: COLOURS[0], width: 2 },
        markLine: centre
          ? {
              silent: true,
              symbol: "none",
              animation: false,
              data: [
                line(centre, "average", "solid"),
                line(upper, "upper limit", "dashed"),
                // A count is never below 0: such a limit says nothing.
                ...(lower > 0 ? [line(lower, "lower limit", "dashed")] : []),
              ],
            }
          : undefined,
      },
    ],
  };
}

function lines(found, element) {
  const shapes = ["circle", "rect", "triangle"];
  const strokes = ["solid", "dashed", "dotted"];
  return {
    ...common(found, element),
    xAxis: months(found),
    yAxis: amounts,
    series: found.series.map((each, at) => ({
      type: "line",
      name: each.name,
      data: each.values,
      symbol: shapes[at % 3],
      showAllSymbol: true,
      symbolSize: 8,
      lineStyle: { type: strokes[at % 3], width: 2 },
    })),
  };
}

function bars(found, element) {
  return {
    ...common(found, element),
    // On a phone and on paper the numbers of more steps would run into each other.
    xAxis: { ...amounts, splitNumber: isNarrow(element) ? 2 : 3, max: element.dataset.chartUnit === "per cent" ? 100 : undefined },
    yAxis: {
      type: "category",
      inverse: true,
      data: found.names,
      axisTick: { show: false },
      axisLabel: { color: INK, interval: 0, width: isNarrow(element) ? 110 : 150, overflow: "break", lineHeight: 16 },
    },
    series: found.series.map((each) => ({ type: "bar", name: each.name, data: each.values, barMaxWidth: 22 })),
  };
}

const KINDS = { control, bars, lines };
const A_BAR = 20;

function draw(element) {
  const found = read(element);
  // Nothing but noughts needs no picture.
  if (!found.series.some((each) => each.values.some(Boolean))) return;
  element.hidden = false;
  if (element.dataset.chart === "bars") {
    const high = Math.max(42, A_BAR * found.series.length + 12);
    element.style.height = `${topOf(found, element) + 32 + high * found.names.length}px`;
  }
  element.setAttribute("role", "img");
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(KINDS[element.dataset.chart](found, element));
  // ECharts writes the description when it renders; the name must be there whatever it does.
  element.setAttribute("aria-label", described(found, element.dataset.chartUnit));
  drawn.push({ chart, paper: found.names.length > 6 && element.dataset.chart === "bars" ? TALL_PAPER : PAPER });
}

function fit(sizeOf) {
  for (const { chart, paper } of drawn) {
    chart.resize({ ...sizeOf(paper), animation: { duration: 0 } });
    // Paper waits for no frame: without this it shows a corner of the chart as it was.
    chart.getZr().flush();
  }
}

if (window.echarts) {
  document.querySelectorAll("[data-chart]").forEach(draw);
  new ResizeObserver(() => onPaper || fit(() => ({}))).observe(document.querySelector(".app-dashboard"));
}

/* On paper: charts of one size, every table open. */

let opened = [];
addEventListener("beforeprint", () => {
  onPaper = true;
  opened = [...document.querySelectorAll(".app-dashboard details:not([open])")];
  for (const each of opened) each.open = true;
  fit((paper) => paper);
});
addEventListener("afterprint", () => {
  onPaper = false;
  for (const each of opened) each.open = false;
  fit(() => ({ width: "auto", height: "auto" }));
});
