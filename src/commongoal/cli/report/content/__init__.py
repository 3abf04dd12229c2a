"""What the reports of other results than a valuation say: the impact of a strategy, and who pays and who gains."""
