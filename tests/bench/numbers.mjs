// What several measurements say together.

const at = (sorted, part) => {
  const place = (sorted.length - 1) * part;
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
};
const round = value => Math.round(value * 10) / 10;

/** {median, quartiles, least, most, rounds} of numbers. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: round(at(sorted, 0.5)), quartiles: [round(at(sorted, 0.25)), round(at(sorted, 0.75))], least: round(sorted[0]), most: round(sorted.at(-1)), rounds: sorted.length };
}

/** How many times `other` the first one is, to two digits. */
export const ratio = (one, other) => Math.round((one.median / other.median) * 100) / 100;
