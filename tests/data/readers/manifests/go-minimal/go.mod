module melder
