"""One task, several engines, each a script that runs alone and prints what it took and what it found.

The task, on a survey of n answers to 22 items (1 to 5) in five dimensions from 50 units: read the file; mean and
95 % t interval of each item; mean and interval of each dimension in each unit; alpha of the whole and of each
dimension; share of 4 and 5 of each item with its Wilson interval; 1,000 bootstrap resamples of the five dimension
means. Each script takes the folder of the data and the kind of file, and prints JSON: seconds per step, peak
memory and a few answers, so that nobody is fast by being wrong.
"""
