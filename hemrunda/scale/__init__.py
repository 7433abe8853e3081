"""Past one machine: one seam for independent searches, studies of many plans, many towns."""
