"""The pages: GOV.UK patterns over the queries and actions of every part."""
