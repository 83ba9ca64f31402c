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
const PAPER = { width: 330, height: 170 };
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const drawn = [];

function read(element) {
  const table = document.getElementById(element.dataset.chartTable);
  const from = Number(element.dataset.chartFrom);
  const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].filter((row) => !("notDrawn" in row.dataset));
  const width = table.tBodies[0].querySelectorAll("tr:first-child > td.govuk-table__cell--numeric").length;
  return {
    title: table.caption.textContent.trim(),
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.slice(from, width).map((name, number) => ({
      name,
      values: rows.map((row) => valueOf(row.cells[from + number + 1])),
    })),
  };
}

function valueOf(cell) {
  return cell && "value" in cell.dataset ? Number(cell.dataset.value) : null;
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
    legend: found.series.length > 1 ? { top: 0, left: 0, itemGap: 16, textStyle: { fontSize: 14 } } : undefined,
    grid: { top: found.series.length > 1 ? 36 : 16, right: 20, bottom: 8, left: 8, containLabel: true },
  };
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
    label: { formatter: name, position: "insideEndTop", color: INK, fontSize: 12 },
  });
  return {
    ...common(found, element),
    xAxis: months(found),
    yAxis: amounts,
    series: [
      {
        type: "line",
        name: found.series[0].name,
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
                line(upper, "usually below", "dashed"),
                line(lower, "usually above", "dashed"),
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
      symbolSize: 8,
      lineStyle: { type: strokes[at % 3], width: 2 },
    })),
  };
}

function bars(found, element) {
  return {
    ...common(found, element),
    xAxis: { ...amounts, max: element.dataset.chartUnit === "per cent" ? 100 : undefined },
    yAxis: {
      type: "category",
      inverse: true,
      data: found.names,
      axisTick: { show: false },
      axisLabel: { color: INK, width: 150, overflow: "break", lineHeight: 16 },
    },
    series: found.series.map((each) => ({ type: "bar", name: each.name, data: each.values, barMaxWidth: 22 })),
  };
}

const KINDS = { control, bars, lines };

function draw(element) {
  const found = read(element);
  if (!found.series.some((each) => each.values.some((value) => value !== null))) return;
  element.hidden = false;
  element.setAttribute("role", "img");
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(KINDS[element.dataset.chart](found, element));
  // ECharts writes the description when it renders; the name must be there whatever it does.
  element.setAttribute("aria-label", described(found, element.dataset.chartUnit));
  drawn.push(chart);
}

function fit(size) {
  for (const chart of drawn) chart.resize({ ...size, animation: { duration: 0 } });
}

if (window.echarts) {
  document.querySelectorAll("[data-chart]").forEach(draw);
  new ResizeObserver(() => fit()).observe(document.querySelector(".app-dashboard"));
}

/* On paper: charts of the size of half a sheet, every table open. */

const folded = () => document.querySelectorAll(".app-dashboard details:not([open])");
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...folded()];
  for (const each of opened) each.open = true;
  fit(PAPER);
});
addEventListener("afterprint", () => {
  for (const each of opened) each.open = false;
  fit({ width: "auto", height: "auto" });
});
