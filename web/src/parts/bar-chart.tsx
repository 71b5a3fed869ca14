import { useComputedColorScheme } from '@mantine/core';
import { BarChart as Bars } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';
import { lengthOf } from '../figures/pixels';

register([Bars, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Bar {
  readonly name: string;
  /** Undefined where nothing is known; then there is no bar, and no zero either. */
  readonly value: string | undefined;
  /** The figure as it is read. */
  readonly text: string;
  readonly look: 'now' | 'then' | 'plain';
  /** Drawn with a dashed edge and no body: it was worked out and not read. */
  readonly isEstimated?: boolean;
}

const colors = {
  light: { now: '#0b5d4b', then: '#50a98c', plain: '#a6d3c5', text: '#1f2423', line: '#d9dedc' },
  dark: { now: '#7fd1ba', then: '#389d7c', plain: '#2b5f52', text: '#e6e9e8', line: '#3b403e' },
};

interface BarChartProps {
  readonly bars: readonly Bar[];
  readonly label: string;
  /** What a press on a bar leads to; the table beside the chart leads there too, for whoever uses keys. */
  readonly pick?: ((index: number) => void) | undefined;
}

/** As many as have room for a label each. */
const fewBars = 14;

/** Below so many pixels there is no room for figures above the bars. */
const narrowPx = 480;

/** Bars side by side, drawn when they are needed; beside them stands a table with the same figures. */
export default function BarChart({ bars, label, pick }: BarChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  // Drawn anew where a telephone is turned, because what has room differs.
  const [wasNarrow, setNarrow] = useState<boolean>();
  useEffect(() => {
    if (!place.current) return undefined;
    const tone = colors[scheme];
    const chart = init(place.current);
    const isNarrow = (place.current.clientWidth || 600) < narrowPx;
    const isMany = bars.length > fewBars;
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "'Inter Variable', sans-serif" },
      grid: { left: 4, right: 4, top: 28, bottom: isNarrow && !isMany ? 44 : 24, containLabel: false },
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const bar = bars[dataIndex];
          return bar ? `${bar.name}\n${bar.text}` : '';
        },
      },
      xAxis: {
        type: 'category',
        data: bars.map(({ name }) => name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: tone.line } },
        axisLabel: {
          color: tone.text,
          fontSize: 11,
          interval: isMany ? 'auto' : 0,
          rotate: isNarrow && !isMany ? 60 : 0,
        },
      },
      yAxis: { type: 'value', show: false },
      series: [
        {
          type: 'bar',
          barCategoryGap: '18%',
          barMaxWidth: 72,
          // Of more bars than there are pixels the highest of each pixel is drawn; the table has all of them.
          ...(bars.length > place.current.clientWidth ? { sampling: 'max' as const } : {}),
          data: bars.map(({ value, look, isEstimated = false }) => ({
            value: value === undefined ? null : lengthOf(value),
            itemStyle: isEstimated
              ? { color: 'transparent', borderColor: tone.now, borderType: 'dashed', borderWidth: 1.5 }
              : { color: tone[look], borderRadius: [3, 3, 0, 0] },
          })),
          label: {
            show: !isNarrow && !isMany,
            position: 'top',
            color: tone.text,
            fontSize: 11,
            formatter: ({ dataIndex }: { dataIndex: number }) => bars[dataIndex]?.text.split(' ')[0] ?? '',
          },
        },
      ],
    });
    if (pick) chart.on('click', ({ dataIndex }) => pick(dataIndex));
    const follow = new ResizeObserver(([seen]) => {
      chart.resize();
      const isNarrowNow = (seen?.contentRect.width ?? narrowPx) < narrowPx;
      if (isNarrowNow !== isNarrow) setNarrow(isNarrowNow);
    });
    follow.observe(place.current);
    return () => {
      follow.disconnect();
      chart.dispose();
    };
  }, [bars, scheme, pick, wasNarrow]);
  return <div ref={place} role="img" aria-label={label} style={{ width: '100%', height: 240 }} />;
}
