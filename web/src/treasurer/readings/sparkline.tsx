import { lengthOf } from '../../figures/pixels';

const width = 280;
const height = 48;

/** Days as bars; a day that is not known has none, and is never drawn as zero. */
export function Sparkline({ values, label }: { values: readonly (string | null)[]; label: string }) {
  const lengths = values.map((value) => (value === null ? null : lengthOf(value)));
  const most = Math.max(...lengths.map((one) => Math.abs(one ?? 0)), Number.MIN_VALUE);
  const step = width / Math.max(values.length, 1);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      style={{ maxWidth: '100%' }}
    >
      {lengths.map((one, i) => {
        if (one === null) return null;
        const tall = Math.max((Math.abs(one) / most) * height, 1);
        return (
          <rect key={i} x={i * step} y={height - tall} width={Math.max(step - 1, 1)} height={tall} fill="var(--good)" />
        );
      })}
    </svg>
  );
}
