// Free of server code: contracts and the browser import the list of roles from here.
export { roles, type Role } from './actor.ts'
