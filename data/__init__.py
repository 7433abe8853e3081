"""What every room shares: the model, contracts, tables in and out, the demo municipality.

``data`` imports none of the other rooms. The arrows of the house are
``hemrunda → routing, partition, maps → data``.
"""
