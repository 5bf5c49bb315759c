/** Milliseconds of a clock that nobody sets: for ages and time-outs, which a step of the wall clock must not touch. */
export const monotonicMs = (): number => performance.now();
