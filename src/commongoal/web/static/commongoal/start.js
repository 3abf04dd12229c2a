// Only what makes a page better; every page works without it.
import { initAll } from '../govuk/govuk-frontend.min.js'

initAll()
