import { api, type SpectrumAnswer, type WaveformsAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatNumber, formatTime } from '../../../app/format.ts';
import { t } from '../../../app/language.ts';
import { cssColor, seriesColor } from '../../../app/theme-choice.ts';
import { spanQuery } from '../../../app/time-range.ts';
import { axisStyle, richChart, tooltip } from '../../../charts/rich-chart.ts';
import { panel } from '../../../parts/panel.ts';
import { emptyState, region } from '../../../parts/states.ts';
import { waterfallPanel } from './waterfall-panel.ts';

type Recordings = WaveformsAnswer['recordings'];

/** Spectrum and envelope of a chosen recording with the fault frequencies marked, and the spectra over time. */
export function spectrumPanels(context: PageContext, asset: string): HTMLElement {
  return region(() => panels(context, asset), context.signal, 6);
}

async function panels(context: PageContext, asset: string): Promise<HTMLElement> {
  const { range, signal, query, view } = context;
  const all = await api.waveforms({ asset, ...spanQuery(range) }, signal);
  const recordings = all.filter(({ quantity }) => quantity !== 'currentWaveform');
  const newest = recordings.at(-1);
  if (!newest)
    return panel({ title: t('velocitySpectrum') }, emptyState(t('noRecording'), t('noRecordingHint')));
  const chosen = recordings.find(({ id }) => id === query.get('recording')) ?? newest;
  const select = picker(context, recordings, chosen.id);
  const facts = [
    chosen.rpm === null ? undefined : `${formatNumber(chosen.rpm)} rpm`,
    `${chosen.position} ${chosen.direction}`,
    formatTime(Date.parse(chosen.time), view.zone),
  ].flatMap((fact) => fact ?? []);
  const shown = (kind: 'velocity' | 'envelope', title: string): HTMLElement =>
    panel(
      {
        title,
        note: facts.join(', '),
        actions: kind === 'velocity' ? [select, axisPicker(context, chosen.rpm !== null)] : [],
      },
      region(
        async () => spectrumChart(context, await api.spectrum({ id: chosen.id, kind }, signal)),
        signal,
        5,
      ),
    );
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'machine-grid' },
      shown('velocity', t('velocitySpectrum')),
      shown('envelope', t('envelopeSpectrum')),
    ),
    waterfallPanel(context, recordings),
  );
}

function picker({ view, go }: PageContext, recordings: Recordings, chosen: string): HTMLElement {
  const select = h(
    'select',
    { 'aria-label': t('recording') },
    [...recordings]
      .reverse()
      .map(({ id, time, keptFor }) =>
        h(
          'option',
          { value: id, selected: id === chosen },
          `${formatTime(Date.parse(time), view.zone)} ${keptFor.join(' ')}`,
        ),
      ),
  );
  select.addEventListener('change', () => go({ recording: select.value }, 'replace'));
  return select;
}

/** Frequencies, or orders of the shaft's speed: there a machine's lines stay in their place when its speed changes. */
function axisPicker({ query, go }: PageContext, hasSpeed: boolean): HTMLElement {
  const chosen = hasSpeed ? query.get('axis') : null;
  const option = (value: string, word: string): HTMLElement =>
    h('option', { value, selected: (chosen ?? 'hz') === value }, word);
  const select = h('select', { 'aria-label': t('spectrumAxis'), disabled: !hasSpeed }, [
    option('hz', t('axisHz')),
    option('orders', t('axisOrders')),
  ]);
  select.addEventListener('change', () => go({ axis: select.value }, 'replace'));
  return select;
}

/** What one unit of the horizontal axis is in hertz: 1, or the shaft's frequency. */
function axisOf({ query }: PageContext, { rpm }: SpectrumAnswer): { unitHz: number; name: string } {
  return query.get('axis') === 'orders' && rpm !== null && rpm > 0
    ? { unitHz: rpm / 60, name: t('axisOrders') }
    : { unitHz: 1, name: 'Hz' };
}

const markerNames: Readonly<Record<string, string>> = {
  shaft: '×',
  bpfo: 'BPFO',
  bpfi: 'BPFI',
  bsf: '2×BSF',
  ftf: 'FTF',
  blade: 'BPF',
  gear: 'GMF',
  belt: 'belt',
  line: '2×line',
};
const bearingMarkers = ['bpfo', 'bpfi', 'bsf', 'ftf'];

function spectrumChart(context: PageContext, spectrum: SpectrumAnswer): HTMLElement {
  const { signal } = context;
  const axis = axisOf(context, spectrum);
  const isEnvelope = spectrum.kind === 'envelope';
  const unit = isEnvelope ? t('overFloor') : spectrum.unit;
  const markers = spectrum.markers.filter(({ name, order }) =>
    isEnvelope ? bearingMarkers.includes(name) && order <= 3 : !bearingMarkers.includes(name) && order <= 3,
  );
  const option = {
    grid: { left: 60, right: 24, top: 48, bottom: 36 },
    tooltip: tooltip({
      trigger: 'axis',
      valueFormatter: (value: number) => `${formatNumber(value)} ${unit}`,
    }),
    xAxis: {
      ...axisStyle(),
      type: 'value',
      name: axis.name,
      nameLocation: axis.unitHz === 1 ? 'end' : 'middle',
      nameGap: 22,
      max: (spectrum.lines.length * spectrum.stepHz) / axis.unitHz,
    },
    yAxis: { ...axisStyle(), type: 'value', name: unit, nameLocation: 'middle', nameGap: 40 },
    dataZoom: [{ type: 'inside' }],
    series: [
      {
        type: 'line',
        showSymbol: false,
        lineStyle: { width: 1, color: seriesColor(0) },
        data: spectrum.lines.map((value, line) => [(line * spectrum.stepHz) / axis.unitHz, value]),
        markLine: {
          symbol: 'none',
          silent: true,
          data: markers.map((marker, index) => markLine(marker, index, axis.unitHz)),
        },
      },
    ],
  };
  const label = `${isEnvelope ? t('envelopeSpectrum') : t('velocitySpectrum')}, ${spectrum.method}`;
  return h(
    'div',
    {},
    spectrum.rpm === null && h('p', { class: 'muted' }, t('noSpeedMarkers')),
    richChart(option, { height: 280, label }, signal),
    h('p', { class: 'muted' }, spectrum.method),
  );
}

function markLine(
  { name, order, hz }: SpectrumAnswer['markers'][number],
  index: number,
  unitHz: number,
): object {
  const short = name === 'shaft' ? `${order}×` : `${order > 1 ? order : ''}${markerNames[name] ?? name}`;
  return {
    xAxis: hz / unitHz,
    lineStyle: { type: 'dashed', width: 1, color: cssColor('muted') },
    // Neighbouring names stand at three heights, so that they do not cover each other.
    label: { formatter: short, color: cssColor('text'), fontSize: 11, distance: 4 + 12 * (index % 3) },
  };
}
