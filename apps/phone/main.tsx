import './phone.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

const element = document.getElementById('root')
if (!element) throw new Error('the page has an element called root')
createRoot(element).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

if ('serviceWorker' in navigator && import.meta.env.PROD) void navigator.serviceWorker.register('/phone/sw.js')
