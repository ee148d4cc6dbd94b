/** Python packages with pip too. */
import { pythonPackages } from './python-packages.ts'

pythonPackages('pip')
