// Counts.

export const pars = { steps: 6, width: 40 };

export const seed = 2297461452;
