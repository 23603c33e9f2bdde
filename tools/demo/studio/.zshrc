export EDITOR=vi
alias logs='openclaw logs --follow'
