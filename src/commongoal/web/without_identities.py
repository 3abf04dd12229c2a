"""Forms whose free words are looked through for what could tell who somebody is."""

from django import forms

from commongoal.places.engine.identities import MayTellWho, refuse_identities

LEFT_ALONE = {"token", "lines"}  # no words: what the page itself sends, and lines of figures


class WithoutIdentities(forms.Form):
    """A form in which nobody is to be named: the fault stands beside the words that could tell."""

    def clean(self) -> None:
        """Each field of words by itself."""
        for name, field in self.fields.items():
            if type(field) is forms.CharField and name not in LEFT_ALONE and self.cleaned_data.get(name):
                try:
                    refuse_identities(self.cleaned_data[name])
                except MayTellWho as refusal:
                    self.add_error(name, str(refusal))
