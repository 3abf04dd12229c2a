"""The services that people can be referred to, in the Open Referral UK standard."""
