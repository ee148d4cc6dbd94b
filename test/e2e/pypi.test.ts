/** Python packages with uv; with pip where there is no uv. */
import { PYTHON_MISSING, pythonPackages } from './python-packages.ts'

pythonPackages(PYTHON_MISSING.uv === false ? 'uv' : 'pip')
